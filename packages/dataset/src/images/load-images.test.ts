import { describe, expect, test } from 'vitest'
import pictures from '../../../image/test/fixtures/pictures.json' with { type: 'json' }
import { dropped } from '../../test/dropped.ts'
import { failure } from '../../test/failure.ts'
import { greyPng, png } from '../../test/png.ts'
import type { DatasetWarning } from '../options.ts'
import { type ImagesOptions, loadImages } from './load-images.ts'

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
    const load = (seed: number) => loadImages(folder, { split: { fraction: 0.3, seed } })
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
    const data = await loadImages(folder, { onWarning: (warning) => warnings.push(warning) })
    expect([...data.train.images]).toEqual([2, 1])
    expect([...data.train.labels]).toEqual([0, 1])
    expect([...data.test.images]).toEqual([3])
    expect([...(data.validation?.images ?? [])]).toEqual([4])
    expect(warnings.map(({ code, level, message }) => [code, level, message])).toEqual([
      ['DATASET_HIDDEN_FILES', 'note', '1 hidden or system file is skipped.'],
      ['DATASET_LEFT_OUT', 'warning', expect.stringMatching(/^1 file is not used, such as notes.txt/)],
      ['DATASET_CHANNELS', 'note', expect.stringContaining('No image has colours')],
      ['DATASET_SIZE', 'note', 'All images have 1 × 1 pixels.'],
    ])
    expect(data.findings?.map(({ code }) => code)).toEqual(warnings.map(({ code }) => code))
    expect(data.findings?.[1]?.files).toEqual([{ name: 'notes.txt' }])
  })

  test('val serves for testing where there is no test', async () => {
    const folder = dropped({
      'train/a/1.png': greyPng(1, 1, 1),
      'train/b/1.png': greyPng(1, 1, 2),
      'val/b/1.png': greyPng(1, 1, 3),
    })
    expect([...(await loadImages(folder)).test.labels]).toEqual([1])
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
    const error = await failure(() => loadImages(folder))
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(message)])
  })
})

const grey = (value: number) => greyPng(2, 2, value)

/** @param alpha of the last of four pixels */
const rgba = (alpha: number) => png(2, 2, 4, [9, 5, 5, 255, 9, 5, 5, 255, 9, 5, 5, 255, 9, 5, 5, alpha])

const load = async (files: Parameters<typeof dropped>[0], options: ImagesOptions = {}) => {
  const data = await loadImages(dropped(files), options)
  return {
    data,
    messages: Object.fromEntries(data.findings?.map(({ code, message }) => [code, message]) ?? []),
  }
}

describe('findings', () => {
  test('files that cannot be read, and a class of them', async () => {
    const files = {
      'a/1.png': grey(1),
      'a/2.png': grey(2),
      'a/3.png': 'text',
      'b/1.png': grey(3),
      'b/2.png': grey(4),
      'c/1.png': 'x',
      'c/2.heic': '\0\0\0\x18ftypheic',
    }
    const { data, messages } = await load(files, { split: { fraction: 0.5, seed: 0 } })
    expect(data.classNames).toEqual(['a', 'b'])
    expect([data.train.count, data.test.count]).toEqual([2, 2])
    expect(messages['DATASET_UNREADABLE_IMAGES']).toMatch(
      /^3 files are left out.*a[/]3.png.*c[/]1.png and c[/]2.heic/,
    )
    expect(messages['DATASET_UNREADABLE_CLASS']).toContain('c')
    expect(data.findings?.find(({ files: listed }) => listed)?.files?.at(-1)?.reason).toContain('HEIC')
    const error = await failure(() => load(files, { strict: true }))
    expect([error.code, error.message]).toEqual(['DATASET_BAD_IMAGE', expect.stringContaining('a/3.png')])
  })

  test('classes that are too small to be split', async () => {
    const one = { 'a/1.png': grey(1), 'b/1.png': grey(2) }
    expect((await failure(() => load(one))).code).toBe('DATASET_TOO_FEW')
    const { data, messages } = await load({
      ...one,
      'c/1.png': grey(3),
      'c/2.png': grey(4),
      'c/3.png': grey(5),
    })
    expect([...data.test.labels]).toEqual([2])
    expect([...data.train.labels]).toEqual([0, 1, 2, 2])
    expect(messages['DATASET_SMALL_CLASS']).toContain(
      '2 classes have a single image, which is for training: a and b',
    )
    expect(messages['DATASET_SPLIT']).toContain('1 of 5 images are held back for testing: 20 % of each class')
  })

  test('the same image in training and test, also of another class', async () => {
    const { messages } = await load({
      'train/a/1.png': grey(1),
      'train/b/1.png': grey(2),
      'test/a/copy.png': grey(1),
      'test/a/other.png': grey(2),
      'test/b/new.png': grey(3),
    })
    expect(messages['DATASET_DUPLICATES']).toMatch(
      /^2 test images are also in training.* 1 of them have another class/,
    )
  })

  test('training images that are all equal', async () => {
    const { messages } = await load({
      'a/1.png': grey(1),
      'a/2.png': grey(1),
      'b/1.png': grey(1),
      'b/2.png': grey(1),
    })
    expect(messages['DATASET_EQUAL_INPUTS']).toContain('nothing can be learned')
  })

  test('one coloured image among grey ones, and sizes that are met', async () => {
    const files: Record<string, Uint8Array<ArrayBuffer>> = { 'a/red.png': red }
    for (let i = 0; i < 20; i++) files[`${i % 2 ? 'a' : 'b'}/${i}.png`] = greyPng(3, 2, i)
    const { data, messages } = await load(files, { size: 2 })
    expect(data.train.channels).toBe(3)
    expect(messages['DATASET_FEW_COLOURED']).toMatch(/^1 of 21 images has colours.*a[/]red.png.*--channels 1/)
    expect(data.sizes).toEqual([
      ['3 × 2', 20],
      ['2 × 2', 1],
    ])
  })

  test('a file with alpha whose pixels are all opaque is not transparent', async () => {
    const files = { 'a/1.png': rgba(255), 'a/2.png': rgba(255), 'b/1.png': rgba(255), 'b/2.png': grey(8) }
    const opaque = await load(files)
    expect(opaque.messages['DATASET_BACKGROUND']).toBeUndefined()
    expect(opaque.data.preprocessing?.background).toBe('#000000')
    const { messages, data } = await load({ ...files, 'b/3.png': rgba(254) })
    expect(messages['DATASET_BACKGROUND']).toContain('1 image is transparent in parts and shown on white')
    expect(data.preprocessing?.background).toBe('#ffffff')
  })

  test('of many sizes a hundred are listed, the smallest and the largest sides among them', async () => {
    const files: Record<string, Uint8Array<ArrayBuffer>> = {}
    for (let i = 0; i < 120; i++)
      files[`${i % 2 ? 'a' : 'b'}/${i}.png`] = greyPng(
        i < 118 ? 20 + i : i === 118 ? 3 : 900,
        i < 118 ? 30 : 31,
        i,
      )
    const { data } = await load(files, { size: 2 })
    const sizes = data.sizes?.map(([size]) => size)
    expect(sizes).toHaveLength(100)
    expect(sizes).toEqual(expect.arrayContaining(['3 × 31', '900 × 31']))
  })

  test('classes in the order that is asked for, and others left out', async () => {
    const files = {
      'a/1.png': grey(1),
      'a/2.png': grey(2),
      'b/1.png': grey(3),
      'b/2.png': grey(4),
      'c/1.png': grey(5),
    }
    const { data, messages } = await load(files, {
      classNames: ['b', 'a'],
      split: { fraction: 0.5, seed: 0 },
    })
    expect(data.classNames).toEqual(['b', 'a'])
    expect(new Set(data.train.labels)).toEqual(new Set([0, 1]))
    expect(messages['DATASET_CLASSES_LEFT_OUT']).toContain('c')
    expect((await failure(() => load(files, { classNames: ['x', 'y'] }))).message).toContain(
      'They are a, b and c',
    )
  })

  test('all images are for testing where a trained model is tested', async () => {
    const { data } = await load({ 'a/1.png': grey(1), 'b/1.png': grey(2) }, { split: 'none' })
    expect([data.train.count, [...data.test.labels]]).toEqual([0, [0, 1]])
  })
})

describe('other layouts', () => {
  test('a table of files and labels', async () => {
    const data = await loadImages(
      dropped({
        'labels.csv': 'id,breed,split\n1,"pug, small",train\n2,husky,train\n3.png,husky,test\nno,husky,\n',
        'images/1.jpg': grey(1),
        'images/2.png': grey(2),
        'images/3.png': grey(3),
        'images/4.png': grey(4),
      }),
    )
    expect(data.classNames).toEqual(['husky', 'pug, small'])
    expect([...data.train.images]).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
    expect([...data.train.labels]).toEqual([1, 0])
    expect([...data.test.images]).toEqual([3, 3, 3, 3])
    const codes = data.findings?.map(({ code }) => code)
    expect(codes).toEqual(expect.arrayContaining(['DATASET_MISSING_IMAGES', 'DATASET_LEFT_OUT']))
  })

  test('names of files in one folder', async () => {
    const files = {
      'cat.1.png': grey(1),
      'cat.2.png': grey(2),
      'dog (1).png': grey(3),
      'dog_2.png': grey(4),
      'x.png': grey(5),
    }
    const split = { fraction: 0.5, seed: 0 }
    const data = await loadImages(dropped(files), { split })
    expect(data.classNames).toEqual(['cat', 'dog'])
    expect(data.findings?.map(({ code }) => code)).toContain('DATASET_LEFT_OUT')
    const other = { '1-a-x.png': grey(1), '2-a-y.png': grey(2), '3-b-x.png': grey(3), '4-b.png': grey(4) }
    const named = await loadImages(dropped({ ...other, '5-b-z.png': grey(5), '6-a-z.png': grey(6) }), {
      split,
      pattern: '*-{class}-*',
    })
    expect(named.classNames).toEqual(['a', 'b'])
    expect((await failure(() => loadImages(dropped(other), { pattern: 'x' }))).code).toBe(
      'DATASET_BAD_OPTION',
    )
  })
})

describe('pixels', () => {
  test('are RGB for all as soon as one image has a colour', async () => {
    const folder = dropped({
      'train/a/1.png': greyPng(2, 2, 7),
      'train/b/1.png': red,
      'test/b/2.png': greyPng(2, 2, 8),
    })
    const { train, test: held } = await loadImages(folder)
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
    const inGrey = await loadImages(folder, { channels: 1, split: { fraction: 0.5, seed: 0 } })
    expect([...inGrey.train.images]).toEqual([76, 1, 2, 3, 9, 9, 9, 9])
    expect((await loadImages(folder, { channels: 3 })).train.channels).toBe(3)
  })

  test('of transparent images are composited on the background', async () => {
    const clear = png(2, 1, 2, [9, 0, 200, 255])
    const folder = dropped({
      'train/a/1.png': clear,
      'train/b/1.png': clear,
      'test/a/1.png': png(2, 1, 4, [9, 9, 9, 51, 200, 200, 200, 0]),
    })
    const { train, test: held } = await loadImages(folder, { background: 100 })
    expect([...train.images]).toEqual([100, 200, 100, 200])
    // 9 · 0.2 + 100 · 0.8 = 81.8
    expect([...held.images]).toEqual([82, 100])
    const inferred = await loadImages(folder)
    expect([...inferred.train.images]).toEqual([0, 200, 0, 200])
    expect(inferred.preprocessing?.background).toBe('#000000')
    const dark = png(2, 1, 2, [9, 0, 50, 255])
    const drawings = await loadImages(
      dropped({ 'train/a/1.png': dark, 'train/b/1.png': dark, 'test/a/1.png': clear }),
    )
    expect([...drawings.train.images]).toEqual([255, 50, 255, 50])
    // The training images decide for all.
    expect([...drawings.test.images]).toEqual([255, 200])
    expect(drawings.findings?.find(({ code }) => code === 'DATASET_BACKGROUND')?.message).toContain(
      'shown on white, because their opaque parts are dark',
    )
  })

  test('are decoded by their content, whatever their names', async () => {
    const jpeg = decoderCase('JPEG grey 8x8 baseline')
    const webp = decoderCase('WebP lossless 16x16')
    const folder = dropped({ 'a/_DSC1.png': jpeg, 'a/2.JPEG': jpeg, 'b/1.webp': webp, 'b/2.gif': webp })
    const { train, test: held } = await loadImages(folder, { size: { height: 8, width: 8 } })
    expect([train.count + held.count, train.channels]).toEqual([4, 3])
  })

  test('of a HEIC that is named .png are refused with its format', async () => {
    const folder = dropped({
      'a/1.png': greyPng(1, 1, 1),
      'b/photo.png': new TextEncoder().encode('\0\0\0\x18ftypheic'),
    })
    const error = await failure(() => loadImages(folder))
    expect([error.code, error.message]).toEqual([
      'DATASET_BAD_IMAGE',
      expect.stringMatching(/b[\\/]photo\.png: its content is HEIC/),
    ])
  })

  test('of another size are refused by name, or resized', async () => {
    const folder = dropped({
      'a/1.png': greyPng(4, 3, 7),
      'a/2.png': greyPng(4, 3, 7),
      'b/odd.png': greyPng(5, 3, 8),
      'b/1.png': greyPng(4, 3, 9),
    })
    const error = await failure(() => loadImages(folder))
    expect(error.code).toBe('DATASET_IMAGE_SIZE')
    expect(error.message).toMatch(/odd\.png: it is 5 × 3 pixels, but .*1\.png is 4 × 3/)
    const { train } = await loadImages(folder, { size: { height: 2, width: 2 } })
    expect([train.height, train.width]).toEqual([2, 2])
  })

  test('that cannot be read are named', async () => {
    const folder = dropped({
      'a/1.png': greyPng(1, 1, 1),
      'b/broken.png': greyPng(1, 1, 1).subarray(0, 40),
    })
    expect((await failure(() => loadImages(folder))).message).toMatch(/b[\\/]broken\.png/)
  })

  test('stop at a signal, and tell how far they are', async () => {
    const files: Record<string, Uint8Array<ArrayBuffer>> = {}
    for (let i = 0; i < 40; i++) files[`${i % 2 ? 'a' : 'b'}/${i}.png`] = greyPng(2, 2, i)
    const folder = dropped(files)
    const events: number[] = []
    await loadImages(folder, { onProgress: ({ loaded }) => events.push(loaded) })
    expect(events).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    const controller = new AbortController()
    const stopped = loadImages(folder, {
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
  })
})

/** Grey, coloured, transparent and damaged files; `start` shifts which kind comes first. */
function mixed(start: number) {
  const files: Record<string, Uint8Array<ArrayBuffer>> = {}
  for (let i = 0; i < 48; i++) {
    const kind = (i + start) % 6
    const values = Array.from({ length: 4 * 16 }, (_, at) => (at * 7 + i * 31) % 256)
    const file =
      kind === 0 ? png(4, 4, 4, values) : kind === 3 ? png(4, 4, 3, values.slice(16)) : greyPng(4, 4, i)
    const name = `${i % 2 ? 'a' : 'b'}/${String(i).padStart(2, '0')}.png`
    files[name] = kind === 5 ? file.slice(0, 40) : file
  }
  return dropped(files)
}

describe('decoding workers', () => {
  test.each([0, 1, 3])('give the data and the findings of the calling thread (%i)', async (start) => {
    const [one, ...others] = await Promise.all(
      [1, 2, 'auto' as const].map((threads) => loadImages(mixed(start), { threads, size: 3 })),
    )
    expect(one?.findings?.map(({ code }) => code)).toContain('DATASET_UNREADABLE_IMAGES')
    expect(one?.train.channels).toBe(3)
    for (const other of others) expect(other).toEqual(one)
  })

  test('stop at a signal', async () => {
    const controller = new AbortController()
    const stopped = loadImages(mixed(0), {
      threads: 2,
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await expect(stopped).rejects.toThrow('enough')
  })

  test('an error of the first file in order is thrown with strict', async () => {
    for (const threads of [1, 2]) {
      const { message } = await failure(() => loadImages(mixed(0), { threads, strict: true }))
      expect(message).toMatch(/a[\\/]05\.png/)
    }
  })
})

test.each([
  { threads: 0 },
  { threads: 1.5 },
  { threads: 'two' as 'auto' },
  { background: 256 },
  { channels: 2 as 1 },
  { size: { height: 0, width: 4 } },
  { size: { height: 4, width: 1.5 } },
])('refuses the option %j', async (options) => {
  expect((await failure(() => loadImages('.', options))).code).toBe('DATASET_BAD_OPTION')
})
