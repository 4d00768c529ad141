/** The byte nearest to a value, clipped to 0 … 255; a half is rounded up. */
export function nearestByte(value: number): number {
  if (value <= 0) return 0
  return value >= 255 ? 255 : Math.floor(value + 0.5)
}
