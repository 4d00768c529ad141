import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { sampleImages } from './sample-images.ts'

/** Images whose first value is the number of the sample. */
function numbered(labels: readonly number[], side = 2, channels = 1) {
  const stride = side * side * channels
  const images = new Uint8Array(labels.length * stride)
  labels.forEach((_, sample) => images.fill(sample, sample * stride, (sample + 1) * stride))
  const { length: count } = labels
  return {
    kind: 'images',
    images,
    labels: Int32Array.from(labels),
    count,
    height: side,
    width: side,
    channels,
  } as const
}

test.prop([fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 250 })])(
  'it holds samples of each class, in the order of the classes',
  (labels) => {
    const { images, labels: chosen, count } = sampleImages(numbered(labels))!
    const classes = [...new Set(labels)].toSorted((a, b) => a - b).slice(0, 40)
    expect([...new Set(chosen)]).toEqual(classes)
    expect(count).toBeLessThanOrEqual(150)
    const samples = Array.from({ length: count }, (_, i) => images[4 * i] as number)
    expect(new Set(samples).size).toBe(count)
    expect(samples.map((sample) => labels[sample])).toEqual([...chosen])
    for (const label of classes) {
      const own = labels.filter((each) => each === label).length
      expect(chosen.filter((each) => each === label)).toHaveLength(
        Math.min(own, 10, Math.max(3, Math.floor(150 / classes.length))),
      )
    }
  },
)

test('large images are scaled down, and those with too many channels are left out', () => {
  expect(sampleImages(numbered([0, 1], 96, 3))).toMatchObject({
    height: 48,
    width: 48,
    channels: 3,
    count: 2,
  })
  expect(sampleImages(numbered([0, 1], 4, 5))).toBeUndefined()
})
