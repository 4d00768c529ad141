import { expect, test } from 'vitest'
import { readBinary } from '#platform'
import { compileKernels, instructions } from '../src/index.ts'
import { hashes } from '../src/known-answers/hashes.ts'
import { checkKnownAnswers } from '../src/known-answers/index.ts'

test('every instruction has a known answer of its own', () => {
  expect(Object.keys(hashes)).toEqual(Object.keys(instructions))
  expect(new Set(Object.values(hashes)).size).toBe(Object.keys(instructions).length)
})

test.each([true, false])(
  'this engine computes the known answers (shared: %s, with the tiles for pairing where it is false)',
  async (shared) => {
    await checkKnownAnswers(await compileKernels({ shared }), shared, !shared)
  },
)

test('a wrong kernel is named', async () => {
  const bytes = new Uint8Array(
    (await readBinary(new URL('../dist/kernels.wasm', import.meta.url))) as ArrayBuffer,
  ).slice()
  // f32x4.add becomes f32x4.sub.
  for (let i = 0; i < bytes.length; i++)
    if (bytes[i] === 0xfd && bytes[i + 1] === 0xe4 && bytes[i + 2] === 0x01) bytes[i + 1] = 0xe5
  const { message } = (await checkKnownAnswers(
    await compileKernels({ shared: false, binary: bytes }),
    false,
  ).then(
    () => ({}),
    (error: unknown) => error,
  )) as Error
  expect(message).toMatch(/ add, /)
  expect(message).not.toMatch(/ (drawMask|transpose),/)
})
