import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { decodeRecords, encodeRecord } from './records.ts'

const joined = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const data = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 })

// From TensorBoard 2.21: what its own RecordWriter makes of "hello".
test('a record has the bytes of the format', () => {
  const hex = [...encodeRecord(new TextEncoder().encode('hello'))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
  expect(hex).toBe('0500000000000000eab2043e68656c6c6fbb1f1c19')
})

test.prop([data])('records are read back', (parts) => {
  expect([...decodeRecords(joined(parts.map(encodeRecord)))].map((part) => [...part])).toEqual(
    parts.map((part) => [...part]),
  )
})

test.prop([data, fc.nat(300)])(
  'a file that is cut anywhere gives the records before the cut',
  (parts, length) => {
    const records = parts.map(encodeRecord)
    const file = joined(records).subarray(0, length)
    let whole = 0
    for (let end = 0; whole < records.length; whole++) {
      end += (records[whole] as Uint8Array).length
      if (end > file.length) break
    }
    expect([...decodeRecords(file)]).toHaveLength(whole)
  },
)

test.prop([data, fc.nat(), fc.integer({ min: 0, max: 7 })])(
  'a changed bit ends the reading',
  (parts, at, bit) => {
    const file = joined(parts.map(encodeRecord))
    if (file.length === 0) return
    const place = at % file.length
    file[place] = (file[place] as number) ^ (1 << bit)
    let end = 0
    const before = parts.filter((part) => (end += part.length + 16) <= place)
    expect([...decodeRecords(file)].map((part) => [...part])).toEqual(before.map((part) => [...part]))
  },
)
