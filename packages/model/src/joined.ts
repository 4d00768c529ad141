/** Concatenates typed arrays. */
export function joined<Values extends Uint8Array | Float32Array>(
  parts: readonly Values[],
  Kind: new (length: number) => Values,
): Values {
  const whole = new Kind(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
