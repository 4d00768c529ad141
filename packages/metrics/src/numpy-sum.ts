/**
 * Sums `values[start … start + count)` in the order numpy does: plainly below 8 elements, eight partial sums up to
 * 128, halves above. Printed figures that lie on the edge between two roundings then fall to scikit-learn's side.
 */
export function numpySum(values: ArrayLike<number>, start = 0, count = values.length): number {
  if (count < 8) {
    let sum = 0
    for (let i = start; i < start + count; i++) sum += values[i] as number
    return sum
  }
  if (count > 128) {
    const half = Math.floor(count / 2)
    const first = half - (half % 8)
    return numpySum(values, start, first) + numpySum(values, start + first, count - first)
  }
  const r = Array.from({ length: 8 }, (_, i) => values[start + i] as number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const whole = count - (count % 8)
  for (let i = 8; i < whole; i += 8)
    for (let j = 0; j < 8; j++) r[j] = (r[j] as number) + (values[start + i + j] as number)
  let sum = r[0] + r[1] + (r[2] + r[3]) + (r[4] + r[5] + (r[6] + r[7]))
  for (let i = start + whole; i < start + count; i++) sum += values[i] as number
  return sum
}
