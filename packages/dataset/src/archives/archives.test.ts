import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js'
import { fc, test } from '@fast-check/vitest'
import { packTar } from 'modern-tar'
import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, vi } from 'vitest'
import { failure } from '../../test/failure.ts'
import { gzipped } from '../../test/gzipped.ts'
import { greyPng } from '../../test/png.ts'
import { collect, concat, sourceFile } from '../bytes.ts'
import type { DataFile } from '../data-file.ts'
import { loadImages } from '../images/load-images.ts'
import { diskFile } from '../node/disk-files.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { openArchive } from './open-archive.ts'

configure({ useWebWorkers: false })

type Files = Readonly<Record<string, Uint8Array>>

async function zip(files: Files, options: { password?: string; level?: number } = {}): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), options)
  for (const [path, bytes] of Object.entries(files)) await writer.add(path, new Uint8ArrayReader(bytes))
  return writer.close()
}

const tar = (files: Files) =>
  packTar(
    Object.entries(files).map(([name, body]) => ({
      header: { name, size: body.length, type: 'file' as const },
      body,
    })),
  )

const photos: Files = {
  'photos/cats/_DSC1.png': greyPng(2, 2, 10),
  'photos/cats/2.png': greyPng(2, 2, 20),
  'photos/dogs/1.png': greyPng(2, 2, 30),
  'photos/dogs/2.png': greyPng(2, 2, 40),
  '__MACOSX/photos/dogs/._1.png': new Uint8Array(9),
}

const open = (bytes: Uint8Array, name = 'photos.zip') => openArchive(sourceFile(bytes, name), {})

const kinds: [kind: string, make: (files: Files) => Promise<Uint8Array>][] = [
  ['a zip archive', (files) => zip(files)],
  ['a zip archive without compression', (files) => zip(files, { level: 0 })],
  ['a tar archive', async (files) => tar(files)],
  ['a tar.gz archive', async (files) => gzipped(await tar(files))],
]

describe.each(kinds)('%s', (_, make) => {
  test('is loaded as the folder that it holds', async () => {
    const bytes = (await make(photos)) as Uint8Array<ArrayBuffer>
    const data = await loadImages({ files: [new File([bytes], 'photos.zip')] })
    expect(data.classNames).toEqual(['cats', 'dogs'])
    const pixels = [...data.train.images, ...data.test.images].filter((__, i) => i % 4 === 0)
    expect(pixels.sort((a, b) => a - b)).toEqual([10, 20, 30, 40])
  })

  test('keeps folders of splits', async () => {
    const files = await open(
      await make({ 'train/a/1.png': greyPng(1, 1, 1), 'train/b/1.png': greyPng(1, 1, 2) }),
    )
    expect(files?.map(({ path }) => path)).toEqual(['train/a/1.png', 'train/b/1.png'])
  })

  test.each(['../outside.png', '/etc/outside.png', 'a/../../outside.png', 'C:\\outside.png'])(
    'with the path %s is an error',
    async (path) => {
      const error = await failure(async () => open(await make({ [path]: greyPng(1, 1, 1) })))
      expect([error.code, error.message]).toEqual([
        'DATASET_BAD_ARCHIVE',
        expect.stringMatching(/leaves the archive|Unsafe filename/),
      ])
    },
  )

  test('cut anywhere is an error, or reads as before', async () => {
    const whole = await make(photos)
    for (let length = 600; length < whole.length; length += 97) {
      const error = await failure(async () => {
        for (const file of (await open(whole.subarray(0, length))) ?? [])
          for await (const chunk of file.stream()) void chunk
        throw Object.assign(new Error('read to its end'), { code: 'DATASET_BAD_ARCHIVE' })
      })
      expect(error.code).toMatch(/^DATASET_BAD_(ARCHIVE|GZIP)$/)
    }
  })
})

test('a file that is no archive is not one', async () => {
  expect(await open(greyPng(9, 9, 1))).toBeUndefined()
  expect(await open(new Uint8Array())).toBeUndefined()
  expect(await open(await gzipped(new Uint8Array(2000)))).toBeUndefined()
})

test.each([
  ['xz', '\xfd7zXZ\0'],
  ['bzip2', 'BZh91AY&SY'],
  ['Zstandard', '\x28\xb5\x2f\xfd'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
  ['RAR', 'Rar!\x1a\x07\x01'],
])('an archive of the format %s is an error that names it', async (format, magic) => {
  const error = await failure(() => open(Uint8Array.from(magic, (letter) => letter.charCodeAt(0))))
  expect([error.code, error.message]).toEqual([
    'DATASET_BAD_ARCHIVE',
    expect.stringContaining(`its format is ${format}, and only zip, tar and tar.gz`),
  ])
})

const contents = async (found: DataFile[] | undefined) => {
  const all: [string, string][] = []
  for (const file of found ?? [])
    all.push([file.path, Buffer.from(await collect(file.stream())).toString('hex')])
  return all
}

describe('on a disk', () => {
  const long = `photos/cats/${'long '.repeat(40)}name.png`
  const files = {
    ...photos,
    [long]: greyPng(2, 2, 50),
    'photos/dogs/much.bin': new Uint8Array(600_000).fill(7),
  }

  test.each(kinds.slice(0, 3))(
    '%s is read at the places of its files, with the same bytes',
    async (_, make) => {
      const path = join(await temporaryFolder(), 'photos')
      const bytes = await make(files)
      await writeFile(path, bytes)
      const streamed = vi.fn<() => void>()
      const disk = diskFile(path, 'photos')
      const stream = async function* () {
        for await (const chunk of disk.stream()) {
          streamed()
          yield chunk
        }
      }
      const expected = await contents(await open(bytes))
      expect(expected.map(([name]) => name)).toContain(long.replace('photos/', ''))
      const opened = await openArchive({ ...disk, stream }, {})
      streamed.mockClear()
      expect(await contents(opened)).toEqual(expected)
      expect(streamed).not.toHaveBeenCalled()
      await truncate(path, 700)
      const error = await failure(async () => contents(opened))
      expect(error.code).toMatch(/^DATASET_(UNREADABLE|BAD_ARCHIVE)$/)
    },
  )
})

test('a picture that cannot need its bytes is left out before they are unpacked', async () => {
  const huge = concat([greyPng(2, 2, 10), new Uint8Array(2 ** 23)])
  const archive = await zip({
    ...photos,
    'photos/cats/huge.png': huge,
    'photos/dogs/no.png': new Uint8Array(2 ** 23 + 1),
  })
  const {
    train,
    test: held,
    findings,
  } = await loadImages({ files: [new File([archive as BlobPart], 'photos.zip')] })
  expect(train.count + held.count).toBe(4)
  const left = findings?.find(({ code }) => code === 'DATASET_UNREADABLE_IMAGES')?.files
  expect(JSON.stringify(left)).toMatch(
    /huge\.png".*it has more than 8388640 bytes.*no\.png".*it has more than 8388608 bytes/,
  )
})

test('gzip that unpacks to far more than it holds is an error before it is unpacked', async () => {
  const bomb = await gzipped(await tar({ 'a/1.png': new Uint8Array(2 ** 25) }))
  const error = await failure(() => open(bomb, 'photos.tar.gz'))
  expect([error.code, error.message]).toEqual([
    'DATASET_BAD_ARCHIVE',
    expect.stringMatching(/Unpack it and give the folder/),
  ])
})

test('an encrypted zip archive is an error', async () => {
  const error = await failure(async () =>
    open(await zip({ 'a/1.png': greyPng(1, 1, 1) }, { password: 'secret' })),
  )
  expect(error.message).toMatch(/a\/1.png is encrypted/)
})

test('an entry is unpacked to the size that it states', async () => {
  const bytes = await zip({ 'a/1.png': new Uint8Array(50_000) })
  // Central directory: the size of the unpacked file.
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const directory = bytes.findLastIndex(
    (__, i) => bytes[i] === 0x50 && bytes[i + 1] === 0x4b && bytes[i + 2] === 1,
  )
  view.setUint32(directory + 24, 100, true)
  const [file] = (await open(bytes)) ?? []
  const error = await failure(async () => {
    for await (const chunk of file?.stream() ?? []) void chunk
  })
  expect([error.code, error.message]).toEqual([
    'DATASET_BAD_ARCHIVE',
    expect.stringMatching(/1\.png is damaged/),
  ])
  view.setUint32(directory + 24, 0xfffffff0, true)
  expect((await failure(() => open(bytes))).message).toMatch(/more than 2147483648 bytes/)
})

test.prop([fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), fc.nat(3)], {
  numRuns: 300,
})('a damaged archive is an error or has files', async (changes, kind) => {
  const bytes = (await (kinds[kind] as (typeof kinds)[number])[1](photos)).slice()
  for (const [at, value] of changes) bytes[at % bytes.length] = value
  try {
    for (const file of (await open(bytes)) ?? []) for await (const chunk of file.stream()) void chunk
  } catch (error) {
    expect(error).toMatchObject({
      name: 'TreadleError',
      code: expect.stringMatching(/^DATASET_BAD_/) as string,
    })
  }
})
