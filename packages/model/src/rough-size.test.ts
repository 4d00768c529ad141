import '@tensorflow/tfjs-backend-cpu'
import { layers, sequential } from '@tensorflow/tfjs-layers'
import { expect, test } from 'vitest'
import { samplesAtOnce } from './rough-size.ts'

/** A network that enlarges an image by `padding` on each side. */
const enlarging = (padding: number) =>
  sequential({
    layers: [
      layers.zeroPadding2d({ inputShape: [8, 8, 1], padding: [[padding, padding], [0, 0]] }),
      layers.globalAveragePooling2d({}),
    ],
  }) // prettier-ignore

test.each([
  [1, 64],
  // (131078 + 8) × 8 positions of four floats, 16 MB with the input.
  [65_535, 7],
  [2 ** 22, 1],
])('padding by %d: %d samples go through at once', (padding, expected) => {
  expect(samplesAtOnce(enlarging(padding))).toBe(expected)
})
