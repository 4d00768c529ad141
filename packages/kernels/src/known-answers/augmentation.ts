import { pixelScratch } from '../manifest/augment.ts'
import { PixelPrograms } from '../pixel-programs.ts'
import type { ExampleScalars } from './scalars.ts'

/** Images in the program of the example at once. */
const DEPTH = 2
const shapes = [
  { height: 8, width: 9, channels: 1, lines: 8 },
  { height: 5, width: 7, channels: 3, lines: 1 },
  { height: 6, width: 6, channels: 4, lines: 6 },
]

/** Examples of `gatherAugmented`. */
export const augmentedExamples: readonly ExampleScalars[] = shapes.map(({ lines, ...shape }) => ({
  ...shape,
  lines,
  row: 1024,
  high: 257 / 65536,
  low: Math.fround(1 / 255 - 257 / 65536),
  scratchShard: pixelScratch(shape.height * shape.width * shape.channels, DEPTH),
}))

/** A program of every operation, for images of all shapes of the examples. */
export function examplePrograms(): Float64Array {
  const programs = new PixelPrograms({ height: 5, width: 6, channels: 1 })
  const stream = { seed: 3, epoch: 4, step: 5, stream: 6 }
  programs.load(1)
  programs.shift(2, -3)
  programs.resample({ xx: 0.9, xy: -0.3, yx: 0.25, yy: 1.1, dx: 0.7, dy: -1.3 })
  programs.load(2)
  programs.mirror()
  programs.noise(0.06, stream)
  programs.contrast(1.3)
  programs.blend(0.7)
  programs.reverseRows()
  programs.add(-20.3)
  programs.load(0)
  programs.randomize({ top: 1, left: 2, rows: 3, columns: 3 }, 8, stream)
  programs.paste({ top: 1, left: 0, rows: 4, columns: 5 })
  programs.clear({ top: 3, left: 1, rows: 1, columns: 2 })
  programs.end()
  return programs.words
}
