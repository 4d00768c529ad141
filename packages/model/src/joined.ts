/** The buffer of bytes that take up the whole of it. */
export function bufferOf(bytes: Uint8Array): ArrayBuffer {
  return bytes.buffer as ArrayBuffer
}

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
