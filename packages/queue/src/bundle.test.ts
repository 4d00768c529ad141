import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { type Files, pack, unpack } from './bundle.ts'

const names = [
  'run.json',
  'history.jsonl',
  'checkpoints/last.ckpt',
  'checkpoints/best.ckpt',
  'predictions.csv',
]
const files = fc.dictionary(
  fc.constantFrom(...names),
  fc.uint8Array({ maxLength: 20 }),
) as fc.Arbitrary<Files>
const plain = (given: Files) => Object.entries(given).map(([name, bytes]) => [name, [...bytes]])

describe('the files of a run', () => {
  test.prop([files])('are the same after the journey', (given) => {
    expect(plain(unpack(pack(given)))).toEqual(plain(given))
  })

  test('hold equal contents once', () => {
    const bytes = new Uint8Array(1000)
    const two = pack({ 'checkpoints/last.ckpt': bytes, 'checkpoints/best.ckpt': bytes.slice() })
    expect(two.length).toBeLessThan(1200)
  })

  test.prop([fc.uint8Array({ maxLength: 60 })])('of other bytes are an error of Treadle', (bytes) => {
    expect(() => unpack(bytes)).toThrow(expect.objectContaining({ code: 'QUEUE_BAD_FILES' }))
  })

  test.prop([files, fc.nat(), fc.integer({ min: 0, max: 255 })])(
    'with a byte changed are read or refused, and never reach outside',
    (given, position, value) => {
      const packed = pack(given)
      packed[position % packed.length] = value
      try {
        for (const [name, bytes] of Object.entries(unpack(packed))) {
          expect(names).toContain(name)
          expect(bytes.length).toBeLessThanOrEqual(packed.length)
        }
      } catch (error) {
        expect(error).toMatchObject({ code: 'QUEUE_BAD_FILES' })
      }
    },
  )

  test('under another name are refused', () => {
    const text = new TextEncoder().encode(JSON.stringify({ files: { '../../.bashrc': [0, 0] } }))
    const packed = new Uint8Array([text.length, 0, 0, 0, ...text])
    expect(() => unpack(packed)).toThrow(expect.objectContaining({ code: 'QUEUE_BAD_FILES' }))
  })
})
