import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Picture, decodeImage } from '@treadle/image'
import { afterAll, describe, expect, test } from 'vitest'
import { renderReportSvgs } from '../src/index.ts'
import { sampleReport } from './sample-report.ts'

/** Programs that turn SVG into pictures, in papers and in converters: `apt install librsvg2-bin`, `pip install cairosvg`. */
const programs = {
  librsvg: (svg: string, png: string) => execFileSync('rsvg-convert', [svg, '-o', png]),
  CairoSVG: (svg: string, png: string) =>
    execFileSync(process.env['TREADLE_PYTHON'] ?? 'python3', ['-m', 'cairosvg', svg, '-o', png]),
}

const folder = mkdtempSync(join(tmpdir(), 'treadle-svg-'))
afterAll(() => rmSync(folder, { recursive: true }))

const runs = (program: string, args: readonly string[]) => {
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const missing = {
  librsvg: !runs('rsvg-convert', ['--version']),
  CairoSVG: !runs(process.env['TREADLE_PYTHON'] ?? 'python3', ['-c', 'import cairosvg']),
}

/** Pixels in which blue, the colour of a run's marks, prevails, and the fraction of pixels that are black. */
function countColors({ channels, data }: Picture): { blue: number; black: number } {
  let [blue, black] = [0, 0]
  for (let at = 0; at < data.length; at += channels) {
    const [red, green, blueness] = data.subarray(at, at + 3) as unknown as [number, number, number]
    if (blueness - red > 50) blue++
    if (red + green + blueness < 30) black++
  }
  return { blue, black: (black * channels) / data.length }
}

describe.each(Object.keys(programs) as (keyof typeof programs)[])('%s', (name) => {
  // On a machine without the program the files stay untested, except in CI.
  test.skipIf(missing[name] && process.env['CI'] === undefined)(
    'draws every figure on white, in the size and the colours of the file',
    async () => {
      for (const [file, svg] of Object.entries(renderReportSvgs(sampleReport()))) {
        const [path, png] = [join(folder, file), join(folder, `${name}-${file}.png`)]
        writeFileSync(path, svg)
        programs[name](path, png)
        const picture = await decodeImage(readFileSync(png))
        const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? []
        const { blue, black } = countColors(picture)
        expect({ file, width: `${picture.width}`, height: `${picture.height}` }).toEqual({
          file,
          width,
          height,
        })
        expect([...picture.data.subarray(0, 3)]).toEqual([255, 255, 255])
        expect(black, `black pixels of ${file}`).toBeLessThan(file === 'mistakes.svg' ? 0.5 : 0.03)
        if (file !== 'mistakes.svg') expect(blue, `blue pixels of ${file}`).toBeGreaterThan(50)
      }
    },
  )
})
