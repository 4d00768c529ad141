import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

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

const binaries = ['kernels.wasm', 'kernels.shared.wasm']
const relaxed = ['kernels.relaxed.wasm', 'kernels.shared.relaxed.wasm']

test.each([...binaries, ...relaxed])('%s brings no data, no table and no start function', async (name) => {
  const bytes = await readFile(new URL(`../dist/${name}`, import.meta.url))
  const [custom, table, start, element, data, dataCount] = [0, 4, 8, 9, 11, 12]
  for (const id of [custom, table, start, element, data, dataCount]) expect(sections(bytes)).not.toContain(id)
})

test.each(binaries)('%s imports a memory and nothing else', async (name) => {
  const module = await WebAssembly.compile(await readFile(new URL(`../dist/${name}`, import.meta.url)))
  expect(WebAssembly.Module.imports(module)).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
})

test('only the binaries called relaxed may use relaxed SIMD, which gives other bits on other processors', async () => {
  const { options, targets } = JSON.parse(
    await readFile(new URL('../asconfig.json', import.meta.url), 'utf8'),
  ) as {
    options: { enable?: string[] }
    targets: Record<string, { outFile: string; enable: string[] }>
  }
  expect(options.enable).toBeUndefined()
  for (const { outFile, enable } of Object.values(targets))
    expect([outFile, enable.includes('relaxed-simd')]).toEqual([outFile, outFile.includes('.relaxed.')])
})
