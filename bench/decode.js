/**
 * Decodes JPEGs to 64 × 64 RGB in turn with Pillow on as many processes. Pillow crops, and resizes by its BILINEAR, which
 * equals our filter; without `draft`. Needs a Python with Pillow: `TREADLE_PILLOW`, default `python3`.
 *
 * node bench/decode.js [--pictures 200] [--side 1000] [--threads 2] [--rounds 3]
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { loadImages } from '@treadle/dataset'

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '200' },
    side: { type: 'string', default: '1000' },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
  },
})
const [pictures, side, threads, rounds] = ['pictures', 'side', 'threads', 'rounds'].map((name) =>
  Number(values[name]),
)
const python = process.env['TREADLE_PILLOW'] ?? 'python3'
const script = fileURLToPath(new URL('python/decode.py', import.meta.url))
const pillow = (...args) => execFileSync(python, [script, ...args.map(String)], { encoding: 'utf8' })

const folder = mkdtempSync(join(tmpdir(), 'treadle-decode-'))
try {
  pillow('make', folder, pictures, side)
  const ours = []
  const theirs = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    const { train, test } = await loadImages(folder, { size: 64, channels: 3, threads })
    ours.push((performance.now() - begun) / 1000)
    if (train.count + test.count !== pictures) throw new Error('not every picture was read')
    theirs.push(Number(pillow('decode', folder, threads)))
    console.log(
      `round ${round + 1}: Treadle ${ours.at(-1).toFixed(2)} s, Pillow ${theirs.at(-1).toFixed(2)} s, ratio ${(theirs.at(-1) / ours.at(-1)).toFixed(2)}`,
    )
  }
  const best = Math.min(...ours)
  console.log(
    `${pictures} pictures of ${side} × ${side} on ${threads} workers: best of ${rounds}, ` +
      `Treadle ${best.toFixed(2)} s (${Math.round(pictures / best)} pictures/s), ` +
      `Pillow ${Math.min(...theirs).toFixed(2)} s, ratio ${(Math.min(...theirs) / best).toFixed(2)}`,
  )
} finally {
  rmSync(folder, { recursive: true })
}
