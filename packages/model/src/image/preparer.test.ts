import { type Picture, encodePng } from '@treadle/image'
import { DecoderPool } from '@treadle/image/decoders'
import type { Preprocessing } from '@treadle/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { readImage } from '../../test/read-image.ts'
import type { Material } from './material.ts'
import { prepared } from './prepare.ts'
import { Preparer } from './preparer.ts'

const contract: Preprocessing = {
  height: 8,
  width: 9,
  channels: 1,
  scale: 1 / 255,
  offset: 0,
  invert: 'auto',
  trim: false,
  fit: 'crop',
  filter: 'bilinear',
  margin: 0,
  background: 'auto',
  trainedOn: 'files',
}

function picture(width: number, height: number): Picture {
  const data = Uint8Array.from({ length: width * height * 4 }, (_, i) => (i * i * 7) >> (i % 5))
  return { width, height, channels: 4, data }
}
const large = picture(1024, 513)
const small = picture(1024, 512)
const png = encodePng(large)
const file = (bytes: Uint8Array): Material => ({ kind: 'file', file: { bytes, name: 'shirt.png' } })
const pixels = (of: Picture): Material => ({ kind: 'pixels', pixels: of })

/** Watches the pools. @returns the workers of the pool of each image that was given to one */
function workersOfPools() {
  const spies = [
    vi.spyOn(DecoderPool.prototype, 'prepare'),
    vi.spyOn(DecoderPool.prototype, 'preparePicture'),
  ]
  return () => spies.flatMap(({ mock }) => mock.contexts.map((pool) => (pool as DecoderPool).workers))
}
afterEach(() => {
  vi.restoreAllMocks()
})

describe('a worker prepares large images, with the values of the calling thread', () => {
  test.each<[string, Material, Partial<Preprocessing>]>([
    ['a file', file(png), {}],
    ['pixels of RGB in floats', pixels(large), { channels: 3, trainedOn: 'arrays', scale: 2, offset: -1 }],
  ])('%s', async (_, material, settings) => {
    const own = { ...contract, ...settings }
    const workers = workersOfPools()
    const preparer = new Preparer(own, undefined)
    const inputs = await preparer.prepare(material)
    expect(workers()).toEqual([1])
    expect(inputs).toEqual(prepared(await readImage(material), own))
    await preparer.dispose()
    expect(workers()).toEqual([0])
  })

  test('a damaged file is an error with its name', async () => {
    const workers = workersOfPools()
    const preparer = new Preparer(contract, undefined)
    await expect(preparer.prepare(file(png.slice(0, 1000)))).rejects.toMatchObject({
      code: 'MODEL_BAD_IMAGE',
      message: expect.stringMatching(/^Reading shirt\.png: its PNG is damaged/),
    })
    expect(workers()).toEqual([1])
    await preparer.dispose()
  })
})

test('binaries of a classifier, which hold kernels too, are those of the decoders', async () => {
  const preparer = new Preparer(contract, { kernels: 'kernels.wasm' } as never)
  const inputs = await preparer.prepare(file(encodePng(small)))
  expect(inputs).toEqual(prepared(small, contract))
  expect(await preparer.prepare(file(png))).toEqual(prepared(large, contract))
  await preparer.dispose()
})

test('small images need no worker, and pixels no promise', async () => {
  const workers = workersOfPools()
  const preparer = new Preparer(contract, undefined)
  const inputs = preparer.prepare(pixels(small))
  expect(inputs).toBeInstanceOf(Uint8Array)
  expect(await preparer.prepare(file(encodePng(small)))).toEqual(inputs)
  expect(workers()).toEqual([])
})

test('large images one after the other, and two at once, are prepared by one worker', async () => {
  const prepare = vi.spyOn(DecoderPool.prototype, 'prepare')
  const workers = workersOfPools()
  const preparer = new Preparer(contract, undefined)
  await preparer.prepare(file(png))
  await preparer.prepare(file(png))
  await Promise.all([preparer.prepare(file(png)), preparer.prepare(file(png))])
  expect([new Set(prepare.mock.contexts).size, workers()]).toEqual([1, [1, 1, 1, 1]])
  await preparer.dispose()
})

test('dispose ends the worker and rejects what it prepares; later images need none', async () => {
  const preparer = new Preparer(contract, undefined)
  await preparer.prepare(file(png))
  // The classifier is disposed in the turn that gives the picture to the worker: no answer can come first.
  vi.spyOn(DecoderPool.prototype, 'preparePicture').mockImplementationOnce(function (
    this: DecoderPool,
    ...given
  ) {
    const result = this.preparePicture(...given)
    expect(this.workers).toBe(1)
    void preparer.dispose()
    return result
  })
  const workers = workersOfPools()
  await expect(preparer.prepare(pixels(large))).rejects.toMatchObject({ code: 'MODEL_DISPOSED' })
  expect(await preparer.prepare(file(png))).toEqual(prepared(large, contract))
  expect(new Set(workers())).toEqual(new Set([0]))
})
