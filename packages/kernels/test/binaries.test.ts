import { expect, test } from 'vitest'
import { readBinary } from '#platform'
import asconfig from '../asconfig.json' with { type: 'json' }

const binaries = {
  'kernels.wasm': new URL('../dist/kernels.wasm', import.meta.url),
  'kernels.shared.wasm': new URL('../dist/kernels.shared.wasm', import.meta.url),
  'kernels.relaxed.wasm': new URL('../dist/kernels.relaxed.wasm', import.meta.url),
  'kernels.shared.relaxed.wasm': new URL('../dist/kernels.shared.relaxed.wasm', import.meta.url),
}
const names = Object.keys(binaries) as (keyof typeof binaries)[]
/** Those that every engine with SIMD compiles. */
const exact = names.filter((name) => !name.includes('relaxed'))

/** Ids of the sections of a binary, in order. */
function sections(bytes: Uint8Array): number[] {
  const found: number[] = []
  for (let at = 8; at < bytes.length;) {
    found.push(bytes[at++] as number)
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number
      size |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    at += size
  }
  return found
}

test.each(names)('%s brings no data, no table and no start function', async (name) => {
  const bytes = new Uint8Array((await readBinary(binaries[name])) as ArrayBuffer)
  const [custom, table, start, element, data, dataCount] = [0, 4, 8, 9, 11, 12]
  for (const id of [custom, table, start, element, data, dataCount]) expect(sections(bytes)).not.toContain(id)
})

test.each(exact)('%s imports a memory and nothing else', async (name) => {
  const module = await WebAssembly.compile(await readBinary(binaries[name]))
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
})

test('only the binaries called relaxed may use relaxed SIMD, which gives other bits on other processors', () => {
  const targets: Record<string, { outFile: string; enable: string[] }> = asconfig.targets
  const options: { enable?: string[] } & object = { ...asconfig.options }
  expect(options.enable).toBeUndefined()
  for (const { outFile, enable } of Object.values(targets))
    expect([outFile, enable.includes('relaxed-simd')]).toEqual([outFile, outFile.includes('.relaxed.')])
})
