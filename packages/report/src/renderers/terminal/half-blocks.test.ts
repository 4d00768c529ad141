import { expect, test } from 'vitest'
import { pictureLines } from './half-blocks.ts'
import { screen } from './screen.ts'

const picture = {
  width: 2,
  height: 4,
  channels: 1,
  data: Uint8Array.of(0, 255, 255, 255, 0, 0, 0, 255),
} as const

test('two pixels are one character, one above the other', () => {
  const [first = '', second = ''] = pictureLines(screen({ colorLevel: 3 }), picture, 10)
  expect(first).toContain('\u001b[38;2;0;0;0m\u001b[48;2;255;255;255m▀')
  expect(second).toContain('\u001b[38;2;0;0;0m\u001b[48;2;0;0;0m▀')
})

test('without colour the characters are by brightness, from that of the background', () => {
  expect(pictureLines(screen(), picture, 2)).toEqual(['=@', ' ='])
  expect(pictureLines(screen({ background: 'light' }), picture, 2)).toEqual(['+ ', '@+'])
})

test('it is as wide as asked, and never wider than its own pixels', () => {
  const narrow = pictureLines(screen(), picture, 1)
  expect(narrow.map(({ length }) => length)).toEqual([1])
  const wide = pictureLines(screen(), picture, 80)
  expect(wide.map(({ length }) => length)).toEqual([2, 2])
})
