import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
// @ts-expect-error JavaScript, which the fuzzer runs as it is.
import { lyingArchives } from '../../../fuzz/targets/support/lying-archives.js'
// @ts-expect-error as above
import { lyingParquet, packedParquet } from '../../../fuzz/targets/support/lying-parquet.js'
import { greyPng } from './png.ts'
import { temporaryFolder } from './temporary-folder.ts'

const script = fileURLToPath(new URL('load-each-in-process.mjs', import.meta.url))
const MOST_BYTES = 100e6

interface Set {
  readonly title: string
  readonly files: Readonly<Record<string, Uint8Array>>
  readonly path: string
}

/** What came of each set, by its title. */
async function load(sets: readonly Set[]) {
  const folder = await temporaryFolder()
  for (const { title, files } of sets)
    for (const [name, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(folder, title, name)), { recursive: true })
      await writeFile(join(folder, title, name), bytes)
    }
  const paths = sets.map(({ title, path }) => join(folder, title, path))
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...paths])
  const found = JSON.parse(stdout) as { answer: string; bytes: number }[]
  const large = found.flatMap(({ bytes }, i) => (bytes > MOST_BYTES ? [[sets[i]?.title, bytes]] : []))
  expect(large).toEqual([])
  return Object.fromEntries(found.map(({ answer }, i) => [sets[i]?.title, answer])) as Record<string, string>
}

const parquet = (files: Record<string, Uint8Array>): Set[] =>
  Object.entries(files).map(([title, bytes]) => ({ title, files: { 'x.parquet': bytes }, path: 'x.parquet' }))

test('Parquet of every compression is read; what states false sizes or counts is a typed error in bounded memory', async () => {
  const image = greyPng(2, 2, 7)
  const sound = parquet(packedParquet(image) as Record<string, Uint8Array>)
  const lying = parquet(lyingParquet(image) as Record<string, Uint8Array>)
  const found = await load([...sound, ...lying])
  expect(Object.entries(found).filter(([, answer]) => answer !== 'DATASET_BAD_PARQUET')).toEqual(
    sound.map(({ title }) => [title, '3 training samples']),
  )
  expect(lying.length).toBeGreaterThan(40)
})

test('an archive that states false sizes is a typed error, or lacks the file, in bounded memory', async () => {
  const sets = lyingArchives(greyPng(2, 2, 7)) as {
    name: string
    title?: string
    bytes: Uint8Array
    others?: Record<string, Uint8Array>
    alone?: boolean
  }[]
  const found = await load(
    sets.map(({ name, title = name, bytes, others, alone }) => ({
      title,
      files: { ...others, [name]: bytes },
      path: alone ? name : '',
    })),
  )
  const lacking = Object.entries(found).filter(([, answer]) => answer === '2 training samples')
  expect(lacking.map(([title]) => title)).toEqual(
    ['entry-smaller', 'entry-larger', 'entry-bomb', 'entry-sum', 'entry-empty', 'local-sizes', 'packed-size', 'offset'].map((name) => `${name}.zip`).concat('size-smaller.tar'), // prettier-ignore
  )
  // The end of a zip archive says twice where its list of files is.
  const whole = Object.entries(found).filter(([, answer]) => answer === '3 training samples')
  expect(whole.map(([title]) => title)).toEqual(['directory-size.zip', 'directory-offset.zip'])
  const others = Object.values(found).filter((answer) => !answer.endsWith('training samples'))
  for (const code of others) expect(code).toMatch(/^DATASET_(BAD_ARCHIVE|BAD_GZIP|NOT_FOUND|CHECKSUM|EXTRA_BYTES|TOO_LARGE)$/) // prettier-ignore
})
