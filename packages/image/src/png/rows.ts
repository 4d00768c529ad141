import { type Header } from './header.ts'
import { type Pass, bitsPerPixel } from './passes.ts'
import { unfilter } from './unfilter.ts'

/**
 * Cuts inflated bytes into rows, restores each and hands it on. It holds two rows, whatever the picture's size.
 *
 * @param take is handed each row, which is valid during the call only, with its pass and number
 * @returns a function that takes the inflated bytes in order, in pieces of any length
 */
export function rowReader(
  header: Header,
  passes: readonly Pass[],
  take: (row: Uint8Array, pass: Pass, y: number) => void,
): (piece: Uint8Array) => void {
  const step = Math.max(1, bitsPerPixel(header) / 8)
  let index = 0
  let pass = passes[0] as Pass
  let y = 0
  let filled = 0
  let line = new Uint8Array(1 + pass.rowBytes)
  let above = new Uint8Array(1 + pass.rowBytes)

  function finishRow(): void {
    const row = line.subarray(1)
    unfilter(line[0] as number, row, above.subarray(1), step)
    take(row, pass, y)
    ;[line, above] = [above, line]
    filled = 0
    if (++y < pass.height) return
    y = 0
    index++
    if (index === passes.length) return
    pass = passes[index] as Pass
    line = new Uint8Array(1 + pass.rowBytes)
    above = new Uint8Array(1 + pass.rowBytes)
  }

  return (piece) => {
    for (let at = 0; at < piece.length;) {
      const count = Math.min(line.length - filled, piece.length - at)
      line.set(piece.subarray(at, at + count), filled)
      filled += count
      at += count
      if (filled === line.length) finishRow()
    }
  }
}
