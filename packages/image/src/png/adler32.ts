const MODULUS = 65_521
/** Bytes after which the sums still fit 32 bits. */
const BLOCK = 3800

/** Adler-32 (RFC 1950) of bytes that follow others, whose sum is `before`; 1 at the start. An unsigned integer. */
export function adler32(bytes: Uint8Array, before = 1): number {
  let low = before & 0xffff
  let high = before >>> 16
  for (let at = 0; at < bytes.length;) {
    for (const end = Math.min(at + BLOCK, bytes.length); at < end; at++) {
      low += bytes[at] as number
      high += low
    }
    low %= MODULUS
    high %= MODULUS
  }
  return ((high << 16) | low) >>> 0
}
