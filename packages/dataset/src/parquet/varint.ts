/** A number of Thrift's compact protocol, in the 32 bits that hyparquet computes with. */
export function readVarint(view: DataView, start: number): { readonly value: number; readonly end: number } {
  let value = 0
  for (let count = 0; count < 10; count++) {
    const byte = view.getUint8(start + count)
    value |= (byte & 0x7f) << (7 * count)
    if (byte < 0x80) return { value, end: start + count + 1 }
  }
  throw new Error('a number has more than 10 bytes')
}
