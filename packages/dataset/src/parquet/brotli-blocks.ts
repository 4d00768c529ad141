/**
 * The bytes that a Brotli stream unpacks to, as far as its blocks can be found without unpacking one: the first that is
 * compressed is the last that is counted. RFC 7932, section 9.
 * @returns `isWhole`: whether no other block follows
 */
export function brotliBlocks(packed: Uint8Array): { bytes: number; isWhole: boolean } {
  let at = 0
  const bits = (count: number) => {
    let value = 0
    for (let i = 0; i < count; i++, at++) value += (((packed[at >> 3] ?? 0) >> (at & 7)) & 1) * 2 ** i
    return value
  }
  // The size of the window has one, four or seven bits.
  if (bits(1) === 1 && bits(3) === 0) bits(3)
  for (let bytes = 0; ;) {
    const isLast = bits(1) === 1
    if (isLast && bits(1) === 1) return { bytes, isWhole: true }
    const nibbles = 4 + bits(2)
    // Of no content.
    if (nibbles === 7) return { bytes, isWhole: false }
    const length = bits(4 * nibbles) + 1
    bytes += length
    if (isLast) return { bytes, isWhole: true }
    const isStored = bits(1) === 1
    if (!isStored || at / 8 > packed.length) return { bytes, isWhole: false }
    at = 8 * (Math.ceil(at / 8) + length)
  }
}
