import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { bytesOf32, joined, pngChunk, pngSignature } from '../../../test/support/png.ts'

const MB = 2 ** 20
const bomb = deflateSync(new Uint8Array(256 * MB), { level: 9 })

function png(width: number, height: number, format: readonly number[], ...chunks: readonly Uint8Array[]) {
  const header = pngChunk('IHDR', joined(bytesOf32(width, height), Uint8Array.from(format)))
  return joined(pngSignature, header, ...chunks, pngChunk('IEND'))
}
const idat = (rows: Uint8Array) => pngChunk('IDAT', deflateSync(rows, { level: 1 }))
const square = idat(new Uint8Array(28 * 29))
const grey = [8, 0, 0, 0, 0]

/** In order: `result` is the number of bytes of the picture, or the error. */
const files: [name: string, result: number | string, bytes: Uint8Array][] = [
  ['rows of 256 MB for 28 × 28 pixels', 'IMAGE_DAMAGED', png(28, 28, grey, pngChunk('IDAT', bomb))],
  ['the same, interlaced', 'IMAGE_DAMAGED', png(28, 28, [8, 0, 0, 0, 1], pngChunk('IDAT', bomb))],
  ['rows of 256 MB for 2 MB', 'IMAGE_DAMAGED', png(1448, 1448, grey, pngChunk('IDAT', bomb))],
  [
    'a profile of 256 MB',
    784,
    png(28, 28, grey, pngChunk('iCCP', joined(Uint8Array.of(120, 0, 0), bomb)), square),
  ],
  [
    'a text of 256 MB',
    784,
    png(28, 28, grey, pngChunk('zTXt', joined(Uint8Array.of(120, 0, 0), bomb)), square),
  ],
  ['a claim of 1 GB', 'IMAGE_TOO_LARGE', png(11_585, 11_585, [16, 6, 0, 0, 0], pngChunk('IDAT', bomb))],
  // Two bytes a pixel are left of four. It comes last, as its picture stays in memory.
  [
    'rows of 168 MB of 16 bits',
    80 * MB,
    png(16_384, 2560, [16, 4, 0, 0, 0], idat(new Uint8Array(2560 * (1 + 4 * 16_384)))),
  ],
]

test('files that inflate to much take little memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-png-'))
  try {
    const paths = files.map((_, i) => join(folder, `${i}.png`))
    await Promise.all(files.map(([, , bytes], i) => writeFile(paths[i] as string, bytes)))
    const script = fileURLToPath(new URL('peak-memory.js', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, [script, ...paths])
    const [start, ...found] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { result: unknown; peak: number })
    expect(found.map(({ result }, i) => [files[i]?.[0], result])).toEqual(
      files.map(([name, result]) => [name, result]),
    )
    const last = found.pop() as { peak: number }
    for (const { peak } of found) expect(peak - (start?.peak ?? 0)).toBeLessThan(48 * MB)
    expect(last.peak - (start?.peak ?? 0)).toBeLessThan((80 + 96) * MB)
  } finally {
    await rm(folder, { recursive: true })
  }
})
