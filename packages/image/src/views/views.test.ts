import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { applyView, testTimeAugmentations, viewsOf } from './views.ts'

const shapes = fc.record({
  height: fc.integer({ min: 1, max: 6 }),
  width: fc.integer({ min: 1, max: 6 }),
  channels: fc.constantFrom(1, 3),
})
const asItIs = { mirrored: false, down: 0, right: 0 }
const counting = (count: number) => Float32Array.from({ length: count }, (_, i) => i)

describe('a view', () => {
  test.prop([shapes], { numRuns: 50 })('mirrored twice is the image', (shape) => {
    const values = counting(2 * shape.height * shape.width * shape.channels)
    const mirror = { ...asItIs, mirrored: true }
    const once = applyView(values, shape, mirror)
    expect(applyView(once, shape, mirror)).toEqual(values)
    // The first pixel of the first line is the last one of the line.
    expect([...once.subarray(0, shape.channels)]).toEqual([
      ...values.subarray((shape.width - 1) * shape.channels, shape.width * shape.channels),
    ])
  })

  test.prop([shapes, fc.boolean(), fc.integer({ min: -1, max: 1 }), fc.integer({ min: -1, max: 1 })], {
    numRuns: 100,
  })('of several images is that of each, for bytes and for floats', (shape, mirrored, down, right) => {
    const view = { mirrored, down, right }
    const size = shape.height * shape.width * shape.channels
    const floats = counting(2 * size)
    const both = applyView(floats, shape, view)
    expect([...both.subarray(size)]).toEqual([...applyView(floats.slice(size), shape, view)])
    expect([...applyView(Uint8Array.from(floats), shape, view)]).toEqual([...both].map((v) => v % 256))
  })

  test('is moved down and to the right, with the mirror image at the border', () => {
    const shape = { height: 2, width: 3, channels: 1 }
    const values = Uint8Array.of(1, 2, 3, 4, 5, 6)
    expect([...applyView(values, shape, { mirrored: false, down: 1, right: 1 })]).toEqual([1, 1, 2, 1, 1, 2])
    expect([...applyView(values, shape, { mirrored: true, down: -1, right: 0 })]).toEqual([6, 5, 4, 6, 5, 4])
    expect(applyView(values, shape, asItIs)).toBe(values)
  })
})

test('the sets of views: the image first, none twice; larger images move further', () => {
  const shape = { height: 28, width: 30, channels: 1 }
  const counts = testTimeAugmentations.map((name) => {
    const views = viewsOf('evaluate', name, shape)
    expect(views[0]).toEqual(asItIs)
    expect(new Set(views.map((view) => JSON.stringify(view))).size).toBe(views.length)
    return [name, views.length]
  })
  expect(Object.fromEntries(counts)).toEqual({ flip: 2, crops: 5, 'flip-crops': 10 })
  expect(viewsOf('evaluate', 'crops', { ...shape, height: 64, width: 64 })[1]).toMatchObject({ down: -2 })
  expect(() => viewsOf('evaluate', 'flips', shape)).toThrow(
    'evaluate: `testTimeAugmentation` (="flips") must be one of flip, crops, flip-crops. Did you mean flip?',
  )
})
