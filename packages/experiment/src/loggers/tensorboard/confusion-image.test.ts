import { decodeImage } from '@treadle/image'
import { expect, test } from 'vitest'
import { confusionImage } from './confusion-image.ts'

test('a cell is as dark as its share of the row, with its count in it', async () => {
  const image = confusionImage(
    [
      [3, 1],
      [0, 0],
    ],
    ['a*b', 'c'],
  )
  expect(image).toMatchObject({ width: 128, height: 128 })
  expect(image?.description).toContain('0 a\\*b, 1 c.')
  const { data, channels } = await decodeImage(image?.png as Uint8Array)
  const at = (x: number, y: number) => [
    ...data.subarray((y * 128 + x) * channels, (y * 128 + x) * channels + 3),
  ]
  expect([at(0, 0), at(64, 0), at(0, 64), at(64, 64)]).toEqual([
    [70, 100, 144],
    [193, 203, 218],
    [255, 255, 255],
    [255, 255, 255],
  ])
  // Corner and middle of the digit 0 at twice its size: ■■■ / ■□■ …, from (29, 27) of its cell.
  expect([at(29, 64 + 27), at(31, 64 + 29)]).toEqual([
    [0, 0, 0],
    [255, 255, 255],
  ])
})

const zeros = (classes: number) =>
  Array.from({ length: classes }, () => Array.from({ length: classes }, () => 0))

test('many classes have small cells, and too many have no picture', () => {
  expect(confusionImage(zeros(200), [])).toMatchObject({ width: 600 })
  expect(confusionImage(zeros(1001), [])).toBeUndefined()
  expect(confusionImage([], [])).toBeUndefined()
})
