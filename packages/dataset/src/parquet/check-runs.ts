import { readVarint } from './varint.ts'

/** Values that the last run may have beyond the count, as writers fill up groups of them. */
const FILLING = 1024

interface Packed {
  readonly view: DataView
  readonly start: number
}

/**
 * Checks runs of equal values and packed bits before hyparquet reads them, which writes as many values as a run claims.
 * @param width bits of a value
 * @param count values at most
 * @throws Error
 */
export function checkRuns({ view, start }: Packed, width: number, count: number): void {
  if (width > 32) throw new Error(`its values have ${width} bits`)
  let at = start
  for (let seen = 0; seen < count && at < view.byteLength;) {
    const header = readVarint(view, at)
    at = header.end
    const values = header.value & 1 ? 8 * (header.value >> 1) : header.value >>> 1
    if (values < 0 || seen + values > count + FILLING)
      throw new Error(`a run claims ${values} values where ${count - seen} are left`)
    seen += values
    at += header.value & 1 ? Math.max(1, (values * width) / 8) : Math.ceil(width / 8)
  }
}

/**
 * Checks whole numbers that are packed by their differences.
 * @param count values at most
 * @throws Error
 */
export function checkDeltas({ view, start }: Packed, count: number): void {
  const block = readVarint(view, start)
  const parts = readVarint(view, block.end)
  const each = block.value / parts.value
  if (!(parts.value > 0 && each > 0 && each % 32 === 0))
    throw new Error(`blocks of ${block.value} values in ${parts.value} parts`)
  let at = readVarint(view, readVarint(view, parts.end).end).end
  for (let seen = 1; seen < count && at < view.byteLength;) {
    const widths = readVarint(view, at).end
    at = widths + parts.value
    for (let part = 0; part < parts.value && seen < count && at < view.byteLength; part++) {
      at += (each * view.getUint8(widths + part)) / 8
      seen += each
    }
  }
}
