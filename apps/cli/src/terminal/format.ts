/** 18290 → "18,290", in every locale. */
export const count = (value: number) => value.toLocaleString('en-US')

/** "1 image", "10,000 images". */
export const plural = (value: number, one: string, many = `${one}s`) =>
  `${count(value)} ${value === 1 ? one : many}`

/** A duration in seconds as text: "45 ms", "0.8 s", "12 s", "1 min 05 s", "2 h 03 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '…'
  if (seconds < 0.0995) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`
}

const pad = (value: number) => String(value).padStart(2, '0')

/** 26421880 → "26.4 MB". */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`
  if (value < 1e6) return `${(value / 1e3).toFixed(1)} kB`
  if (value < 1e9) return `${(value / 1e6).toFixed(1)} MB`
  return `${(value / 1e9).toFixed(1)} GB`
}

/** A rate with at most three significant digits: "612", "61.2", "1,874". */
export const rate = (value: number) =>
  value >= 100 ? count(Math.round(value)) : value.toPrecision(3).replace(/\.?0+$/, '')
