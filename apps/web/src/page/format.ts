/** 18290 as `18,290`. Without `Intl`, which takes longer to start than the rest of the page. */
export const count = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',')

/** 0.8786 as `87.9 %`. */
export const percent = (fraction: number, digits = 1): string => `${(fraction * 100).toFixed(digits)}\u00a0%`

const two = (value: number): string => String(value).padStart(2, '0')

/** Seconds as `0:07` or `1:02:03`. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.ceil(seconds)
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** `1 epoch`, `3 epochs`. */
export const plural = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? '' : 's'}`

/** The message of an error, for the user. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
