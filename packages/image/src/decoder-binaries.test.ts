import { expect, test } from 'vitest'
import { decodeImage } from './decode-image.ts'

const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0)
const jpeg = Uint8Array.from(
  atob(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBkeFxlZ2P/wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAv/EAB8QAAIBAwUBAAAAAAAAAAAAAAECBAMRMQUUQVFScf/aAAgBAQAAPwAU46VqbQNPZUiIDuJN7BwMgHz2efmf/9k=',
  ),
  (character) => character.charCodeAt(0),
)
const webp = Uint8Array.from(
  atob(
    'UklGRkwAAABXRUJQVlA4IEAAAADwAQCdASoIAAgAAsBMJaQAEOgJ/5sStAAA/ccRST4ulSUdzVxuPl34IO1tqsxL8TTsjCmeQOuKMtRKcmZ4AAAA',
  ),
  (character) => character.charCodeAt(0),
)
const fileOf = (name: string): URL => new URL(`../dist/${name}.wasm`, import.meta.url)
const compiled = async (name: string): Promise<WebAssembly.Module> => {
  const url = fileOf(name)
  if (url.protocol !== 'file:') return WebAssembly.compile(await (await fetch(url)).arrayBuffer())
  const { readFile } = await import('node:fs/promises')
  return WebAssembly.compile(await readFile(url))
}

// In this order: a decoder that is loaded is kept.
test('a binary that is none of a decoder, damaged or missing is an error, and the next one is taken', async () => {
  const unreadable = expect.objectContaining({ code: 'IMAGE_DECODER_UNREADABLE' })
  for (const [file, name, other] of [
    [jpeg, 'jpeg', 'webp_dec'],
    [webp, 'webp', 'jpeg_decoder'],
  ] as const) {
    for (const binary of [empty, new Uint8Array(3), await compiled(other), fileOf('none')]) {
      await expect(decodeImage(file, { binaries: { [name]: binary } })).rejects.toEqual(unreadable)
    }
  }
  for (const [file, binaries] of [
    [jpeg, { jpeg: fileOf('jpeg_decoder') }],
    [webp, { webp: await compiled('webp_dec') }],
  ] as const) {
    expect(await decodeImage(file, { binaries })).toMatchObject({ width: 8, height: 8 })
    expect(await decodeImage(file)).toMatchObject({ width: 8, height: 8 })
  }
})
