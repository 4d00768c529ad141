import { expect, test } from 'vitest'
import { crc32c, maskedCrc32c } from './crc32c.ts'

// RFC 3720, B.4, and the check value of the CRC catalogue.
test.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 times 255', new Uint8Array(32).fill(255), 0x62a8ab43],
  ['0 to 31', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ['31 to 0', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ['the text 123456789', new TextEncoder().encode('123456789'), 0xe3069283],
  ['nothing', new Uint8Array(0), 0],
])('CRC-32C of %s', (_, bytes, crc) => {
  expect(crc32c(bytes)).toBe(crc)
})

// LevelDB's crc32c_test: the mask of the CRC of "foo" is not the CRC itself, and unmasking gives it back.
test('the mask can be undone', () => {
  const bytes = new TextEncoder().encode('foo')
  const rotated = (maskedCrc32c(bytes) - 0xa282ead8) >>> 0
  expect(((rotated >>> 17) | (rotated << 15)) >>> 0).toBe(crc32c(bytes))
})
