import { expect, test } from 'vitest'
import { compileKernels, createMemory, instantiateKernels, instructions } from '../src/index.ts'
import { fingerprintOf } from '../src/manifest/fingerprint.ts'
import { fingerprint } from '../src/manifest/index.ts'

const text = (name: string) => [name.length, ...new TextEncoder().encode(name)]
const section = (id: number, bytes: number[]) => [id, bytes.length, ...bytes]
const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]

/** A module that imports a memory and exports `manifest`, an i32 from 0 to 63, as the kernels do. */
function impostor(value: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([
    ...MAGIC,
    ...section(2, [1, ...text('env'), ...text('memory'), 2, 1, 1, 0x80, 0x80, 4]),
    ...section(6, [1, 0x7f, 0, 0x41, value, 0x0b]),
    ...section(7, [1, ...text('manifest'), 3, 0]),
  ])
}

test('kernels of another version are not instantiated', async () => {
  const { memory } = createMemory({ shared: false })
  const module = await compileKernels({ shared: false, binary: impostor(1) })
  await expect(instantiateKernels(module, memory)).rejects.toMatchObject({ code: 'KERNELS_OTHER_VERSION' })
})

test('kernels without a fingerprint are not instantiated', async () => {
  const { memory } = createMemory({ shared: false })
  const empty = await WebAssembly.compile(Uint8Array.from(MAGIC))
  await expect(instantiateKernels(empty, memory)).rejects.toMatchObject({ code: 'KERNELS_OTHER_VERSION' })
})

test.each([true, false])('the built kernels are of this version (shared: %s)', async (shared) => {
  const { memory } = createMemory({ shared })
  const kernels = await instantiateKernels(await compileKernels({ shared }), memory)
  expect((kernels as unknown as { manifest: WebAssembly.Global }).manifest.value).toBe(fingerprint)
})

test('the order of operands and the opcode change the fingerprint', () => {
  const { add } = instructions
  const reversed = Object.fromEntries(Object.entries(add.operands).toReversed())
  const same = fingerprintOf({ add })
  expect(fingerprintOf({ add: { ...add } })).toBe(same)
  expect(fingerprintOf({ add: { opcode: 45, operands: add.operands } })).not.toBe(same)
  expect(fingerprintOf({ add: { opcode: 44, operands: reversed } })).not.toBe(same)
})
