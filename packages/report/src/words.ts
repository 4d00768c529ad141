/** How numbers are written in every renderer. */

/** `0.8786` as `87.86 %`. */
export function percent(fraction: number, digits = 2): string {
  return Number.isFinite(fraction) ? `${(fraction * 100).toFixed(digits)} %` : '–'
}

/** `0.8786`; a dash for an unknown value. */
export function fixed(value: number | undefined, digits: number): string {
  return value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits)
}

/** With its sign, `0.0000` without one: `+0.0013`. */
export function signed(value: number | undefined, digits: number): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  const text = value.toFixed(digits)
  if (Number(text) === 0) return text.replace('-', '')
  return value > 0 ? `+${text}` : text.replace('-', '−')
}

/** 18290 as `18,290`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** `1 epoch`, `10,000 samples`. */
export function plural(value: number, noun: string): string {
  return `${grouped(value)} ${noun}${value === 1 ? '' : 's'}`
}

/** A count of samples, or a sum of weights to one decimal. */
export function countText(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(1)
}

/** Three digits, of small numbers with a power of ten: `0.00226`, `1e-6`. */
export function threeDigits(value: number): string {
  if (value === 0 || Math.abs(value) >= 1e-4) return String(Number(value.toPrecision(3)))
  return value.toExponential(2).replace(/\.?0+e/, 'e')
}

/** Seconds as `41.3 s`, `2 min 05 s` or `1 h 03 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

/** Without the batch axis: [null, 28, 30] as `28 × 30`, [null, 10] as `10`. */
export function shape(sizes: readonly (number | null)[]): string {
  const [first, ...rest] = sizes
  const shown = first === null ? rest : sizes
  return shown.length === 0 ? 'scalar' : shown.map((size) => size ?? '?').join(' × ')
}

/** A cell of the matrix in words: `Shirt predicted as Coat`, `Shirt, correct`. */
export function cellWords(classNames: readonly string[], actual: number, predicted: number): string {
  return actual === predicted
    ? `${classNames[actual]}, correct`
    : `${classNames[actual]} predicted as ${classNames[predicted]}`
}
