import { runInNewContext } from 'node:vm'
import { encodePng } from '@treadle/image'
import { expect, test } from 'vitest'
import { openImage } from './image-input.ts'
import { readImage } from '../../test/read-image.ts'

const picture = { width: 2, height: 1, channels: 1, data: Uint8Array.of(7, 250) } as const
const bytes = [...encodePng(picture)]

test.each([
  ['bytes', 'Uint8Array.from(bytes)'],
  ['a buffer', 'Uint8Array.from(bytes).buffer'],
  ['pixels', '({ data: Uint8Array.of(7, 250), width: 2, height: 1 })'],
  ['clamped pixels', '({ data: Uint8ClampedArray.of(7, 250), width: 2, height: 1 })'],
  ['floats', '({ data: Float32Array.of(7, 250), width: 2, height: 1 })'],
  ['doubles', '({ data: Float64Array.of(7, 250), width: 2, height: 1 })'],
  ['integers', '({ data: Int32Array.of(7, 250), width: 2, height: 1 })'],
])('%s of another realm', async (_, code) => {
  const { data, ...size } = await readImage(await openImage(runInNewContext(code, { bytes })))
  expect([...data]).toEqual([7, 250])
  expect(size).toEqual({ width: 2, height: 1, channels: 1 })
})
