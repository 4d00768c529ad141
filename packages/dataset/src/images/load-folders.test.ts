import { describe, expect, test } from 'vitest'
import pictures from '../../../image/test/fixtures/pictures.json' with { type: 'json' }
import { dropped } from '../../test/dropped.ts'
import { failure } from '../../test/failure.ts'
import { greyPng, png } from '../../test/png.ts'
import type { DatasetWarning } from '../options.ts'
import { loadImageFolders } from './load-folders.ts'

/** A file of the decoders' own tests. */
function decoderCase(name: string): Uint8Array<ArrayBuffer> {
  const { file } = pictures.find((one) => one.name === name) as { file: string }
  return Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0))
}

const red = png(2, 2, 3, [255, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3])

describe('layouts', () => {
  test('classes alone are split by seed, each keeping its share', async () => {
    const files: Record<string, Uint8Array<ArrayBuffer>> = {}
    for (let i = 0; i < 10; i++) files[`cats/${i}.png`] = greyPng(2, 2, i)
    for (let i = 0; i < 20; i++) files[`ants/${String(i).padStart(2, '0')}.PNG`] = greyPng(2, 2, 100 + i)
    const folder = dropped(files)
    const load = (seed: number) => loadImageFolders(folder, { split: { fraction: 0.3, seed } })
    const { train, test: held, classNames, source, name } = await load(1)
    expect(classNames).toEqual(['ants', 'cats'])
    expect([train.count, held.count]).toEqual([21, 9])
    expect([...held.labels].filter((label) => label === 0)).toHaveLength(6)
    for (const part of [train, held]) {
      part.labels.forEach((label, i) => expect((part.images[i * 4] as number) >= 100 ? 0 : 1).toBe(label))
    }
    const every = [...train.images, ...held.images].filter((_, i) => i % 4 === 0)
    expect(new Set(every).size).toBe(30)
    expect(source.kind).toBe('folder')
    expect(name).toBe('images')
    expect((await load(1)).source.sha256).toEqual(source.sha256)
    expect((await load(2)).source.sha256).not.toEqual(source.sha256)
  })

  test('train and test above the classes are kept apart', async () => {
    const folder = dropped({
      'train/b/1.png': greyPng(1, 1, 1),
      'train/a/1.png': greyPng(1, 1, 2),
      'test/a/1.png': greyPng(1, 1, 3),
      'val/a/1.png': greyPng(1, 1, 4),
      'notes.txt': 'x',
      '.hidden/a.png': 'x',
    })
    const warnings: DatasetWarning[] = []
    const data = await loadImageFolders(folder, { onWarning: (warning) => warnings.push(warning) })
    expect([...data.train.images]).toEqual([2, 1])
    expect([...data.train.labels]).toEqual([0, 1])
    expect([...data.test.images]).toEqual([3])
    expect(warnings).toEqual([
      {
        code: 'DATASET_LEFT_OUT',
        message: expect.stringMatching(/notes.txt is not used: .* 1 validation image is not used/),
      },
    ])
  })

  test('val serves for testing where there is no test', async () => {
    const folder = dropped({
      'train/a/1.png': greyPng(1, 1, 1),
      'train/b/1.png': greyPng(1, 1, 2),
      'val/b/1.png': greyPng(1, 1, 3),
    })
    expect([...(await loadImageFolders(folder)).test.labels]).toEqual([1])
  })

  test.each<[string, Record<string, Uint8Array<ArrayBuffer> | string>, string, RegExp]>([
    ['no images', { 'a/x.txt': 'x', 'b/y.txt': 'y' }, 'DATASET_NOT_FOUND', /2 files, such as a\/x.txt/],
    ['images without folders', { 'a.png': 'x' }, 'DATASET_NOT_FOUND', /no images in subfolders/],
    ['one class', { 'a/1.png': greyPng(1, 1, 1) }, 'DATASET_BAD_LAYOUT', /only the class a/],
    [
      'a layer too many',
      { 'x/a/1.png': greyPng(1, 1, 1), 'x/b/1.png': greyPng(1, 1, 1) },
      'DATASET_BAD_LAYOUT',
      /x\/a\/1.png/,
    ],
    [
      'classes beside train',
      { 'train/a/1.png': greyPng(1, 1, 1), 'b/1.png': greyPng(1, 1, 1) },
      'DATASET_BAD_LAYOUT',
      /b\/1.png/,
    ],
    [
      'a class only in test',
      {
        'train/a/1.png': greyPng(1, 1, 1),
        'train/b/1.png': greyPng(1, 1, 1),
        'test/c/1.png': greyPng(1, 1, 1),
      },
      'DATASET_BAD_LAYOUT',
      /no training images\. Classes with training images: a, b/,
    ],
    [
      'test without train',
      { 'test/a/1.png': greyPng(1, 1, 1), 'test/b/1.png': greyPng(1, 1, 1) },
      'DATASET_BAD_LAYOUT',
      /test\/a\/1.png/,
    ],
  ])('refused: %s', async (_, files, code, message) => {
    const folder = dropped(files)
    const error = await failure(() => loadImageFolders(folder))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
  })
})

describe('pixels', () => {
  test('are RGB for all as soon as one image has a colour', async () => {
    const folder = dropped({
      'train/a/1.png': greyPng(2, 2, 7),
      'train/b/1.png': red,
      'test/b/2.png': greyPng(2, 2, 8),
    })
    const { train, test: held } = await loadImageFolders(folder)
    expect([train.channels, held.channels, train.images.length]).toEqual([3, 3, 24])
    expect([...train.images.subarray(0, 3)]).toEqual([7, 7, 7])
    expect([...train.images.subarray(12, 18)]).toEqual([255, 0, 0, 1, 1, 1])
    expect([...held.images.subarray(0, 3)]).toEqual([8, 8, 8])
  })

  test('are grey or RGB if asked', async () => {
    const folder = dropped({
      'a/1.png': red,
      'a/2.png': red,
      'b/1.png': greyPng(2, 2, 9),
      'b/2.png': greyPng(2, 2, 9),
    })
    const grey = await loadImageFolders(folder, { channels: 1, split: { fraction: 0.5, seed: 0 } })
    expect([...grey.train.images]).toEqual([76, 1, 2, 3, 9, 9, 9, 9])
    expect((await loadImageFolders(folder, { channels: 3 })).train.channels).toBe(3)
  })

  test('of transparent images are composited on the background', async () => {
    const clear = png(2, 1, 2, [9, 0, 200, 255])
    const folder = dropped({
      'train/a/1.png': clear,
      'train/b/1.png': clear,
      'test/a/1.png': png(2, 1, 4, [9, 9, 9, 51, 200, 200, 200, 0]),
    })
    const { train, test: held } = await loadImageFolders(folder, { background: 100 })
    expect([...train.images]).toEqual([100, 200, 100, 200])
    // 9 · 0.2 + 100 · 0.8 = 81.8
    expect([...held.images]).toEqual([82, 100])
    expect([...(await loadImageFolders(folder)).train.images]).toEqual([0, 200, 0, 200])
  })

  test('are decoded by their content, whatever their names', async () => {
    const jpeg = decoderCase('JPEG grey 8x8 baseline')
    const webp = decoderCase('WebP lossless 16x16')
    const folder = dropped({ 'a/_DSC1.png': jpeg, 'a/2.JPEG': jpeg, 'b/1.webp': webp, 'b/2.gif': webp })
    const { train, test: held } = await loadImageFolders(folder, { size: { height: 8, width: 8 } })
    expect([train.count + held.count, train.channels]).toEqual([4, 3])
  })

  test('of a HEIC that is named .png are refused with its format', async () => {
    const folder = dropped({
      'a/1.png': greyPng(1, 1, 1),
      'b/photo.png': new TextEncoder().encode('\0\0\0\x18ftypheic'),
    })
    const error = await failure(() => loadImageFolders(folder))
    expect([error.code, error.message]).toEqual([
      'DATASET_BAD_IMAGE',
      expect.stringMatching(/b[\\/]photo\.png: it is a HEIC file by its content/),
    ])
  })

  test('of another size are refused by name, or resized', async () => {
    const folder = dropped({
      'a/1.png': greyPng(4, 3, 7),
      'a/2.png': greyPng(4, 3, 7),
      'b/odd.png': greyPng(5, 3, 8),
      'b/1.png': greyPng(4, 3, 9),
    })
    const error = await failure(() => loadImageFolders(folder))
    expect(error.code).toBe('DATASET_IMAGE_SIZE')
    expect(error.message).toMatch(/odd\.png: it is 5 × 3 pixels, but .*1\.png is 4 × 3/)
    const { train } = await loadImageFolders(folder, { size: { height: 2, width: 2 } })
    expect([train.height, train.width]).toEqual([2, 2])
  })

  test('that cannot be read are named', async () => {
    const folder = dropped({
      'a/1.png': greyPng(1, 1, 1),
      'b/broken.png': greyPng(1, 1, 1).subarray(0, 40),
    })
    expect((await failure(() => loadImageFolders(folder))).message).toMatch(/b[\\/]broken\.png/)
  })

  test('stop at a signal, and tell how far they are', async () => {
    const files: Record<string, Uint8Array<ArrayBuffer>> = {}
    for (let i = 0; i < 40; i++) files[`${i % 2 ? 'a' : 'b'}/${i}.png`] = greyPng(2, 2, i)
    const folder = dropped(files)
    const events: number[] = []
    await loadImageFolders(folder, { onProgress: ({ loaded }) => events.push(loaded) })
    expect(events).toEqual([32, 64, 96, 128, 160])
    const controller = new AbortController()
    const stopped = loadImageFolders(folder, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
  })
})

test.each([
  { background: 256 },
  { channels: 2 as 1 },
  { size: { height: 0, width: 4 } },
  { size: { height: 4, width: 1.5 } },
])('refuses the option %j', async (options) => {
  expect((await failure(() => loadImageFolders('.', options))).code).toBe('DATASET_BAD_OPTION')
})
