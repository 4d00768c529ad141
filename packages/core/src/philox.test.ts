import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { philox4x32 } from './philox.ts'

/** The same function over exact integers, written from the paper. */
function reference(counter: bigint[], key: bigint[], rounds = 7): bigint[] {
  const mask = 0xffffffffn
  let [x0, x1, x2, x3] = counter as [bigint, bigint, bigint, bigint]
  let [k0, k1] = key as [bigint, bigint]
  for (let i = 0; i < rounds; i++) {
    const p0 = 0xd2511f53n * x0
    const p1 = 0xcd9e8d57n * x2
    ;[x0, x1, x2, x3] = [(p1 >> 32n) ^ x1 ^ k0, p1 & mask, (p0 >> 32n) ^ x3 ^ k1, p0 & mask]
    k0 = (k0 + 0x9e3779b9n) & mask
    k1 = (k1 + 0xbb67ae85n) & mask
  }
  return [x0, x1, x2, x3]
}

// Random123's known answers for philox4x32-7.
test.each([
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x5f6fb709, 0x0d893f64, 0x4f121f81, 0x4f730a48],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x5207ddc2, 0x45165e59, 0x4d8ee751, 0x8c52f662],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0x4dfccaba, 0x190a87f0, 0xc47362ba, 0xb6b5242a],
  ],
])('known answer for counter %j', (counter, key, expected) => {
  const out = new Uint32Array(4)
  philox4x32(...(counter as [number, number, number, number]), ...(key as [number, number]), out)
  expect([...out]).toEqual(expected)
})

const uint32 = fc.integer({ min: 0, max: 0xffffffff })
test.prop([fc.tuple(uint32, uint32, uint32, uint32), fc.tuple(uint32, uint32)])(
  'equals exact integers',
  (counter, key) => {
    const out = new Uint32Array(4)
    philox4x32(...counter, ...key, out)
    expect([...out].map(BigInt)).toEqual(reference(counter.map(BigInt), key.map(BigInt)))
  },
)
