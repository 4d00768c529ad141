import { formats } from '@treadle/export'
import { classMetadata, loadModel, saveModel, wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { run } from '../../../test/process.ts'
import { temporaryFolder, treadle } from '../../../test/test-context.ts'

let cwd: string
beforeAll(async () => {
  cwd = await temporaryFolder()
  const runtime = await startRuntime({ threads: 1 })
  const model = wideAndDeepClassifier({ seed: 1, classes: 2 })
  const metadata = classMetadata(model, { classNames: ['cat', 'dog'] })
  await saveModel(model, join(cwd, 'run/model'), { metadata })
  model.dispose()
  await runtime.dispose()
})
afterAll(() => rm(cwd, { recursive: true }))

/** A path that the format accepts. */
const pathFor = (name: string, extension = '') => `out/${name}${extension}`

describe.each(formats)('treadle export --format $name', ({ name, extension }) => {
  const out = pathFor(name, extension)

  test('writes the model of a run, or a saved model', async () => {
    const { code, stdout, stderr } = await treadle(
      ['export', 'run', '--format', name, '--out', out, '--json'],
      { cwd },
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const result = JSON.parse(stdout) as { format: string; files: { path: string; bytes: number }[] }
    expect(result.format).toBe(name)
    for (const { path, bytes } of result.files) expect((await readFile(path)).length).toBe(bytes)
    const again = await treadle(
      ['export', 'run/model', '--format', name, '--out', pathFor('again', extension)],
      {
        cwd,
      },
    )
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Written out.again/) })
  })

  test('leaves no temporary file', async () => {
    const names = await readdir(join(cwd, 'out'), { recursive: true })
    expect(names.filter((found) => found.endsWith('.tmp'))).toEqual([])
  })

  test('replaces a file only with --force', async () => {
    const path = pathFor(`taken-${name}`, extension)
    if (extension === undefined) {
      await mkdir(join(cwd, path))
      await writeFile(join(cwd, path, 'model.json'), 'mine')
      await writeFile(join(cwd, path, 'notes.txt'), 'mine')
    } else await writeFile(join(cwd, path), 'mine')
    const refused = await treadle(['export', 'run', '--format', name, '--out', path], { cwd })
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already. Choose') })
    const file = extension === undefined ? join(cwd, path, 'model.json') : join(cwd, path)
    expect(await readFile(file, 'utf8')).toBe('mine')
    const forced = await treadle(['export', 'run', '--format', name, '--out', path, '--force'], { cwd })
    expect(forced.code).toBe(0)
    expect(await readFile(file, 'utf8')).not.toBe('mine')
    if (extension === undefined) expect(await readFile(join(cwd, path, 'notes.txt'), 'utf8')).toBe('mine')
  })

  test('a disk that takes no file is named, and nothing is left', async () => {
    const words = ['export', 'run', '--format', name, '--out', pathFor('full/new', extension)]
    // A shell's limit on the size of files ends writing as a full disk does.
    const { code, stderr } = await run(words, cwd, 'ulimit -f 1; exec "$@"')
    expect(stderr).toMatch(/^error {2}The file size limit is reached: could not write /)
    expect(code).toBe(1)
    expect(await readdir(join(cwd, 'out'))).not.toContain('full')
  })
})

test('what tfjs writes loads again, with the metadata', async () => {
  await treadle(['export', 'run', '--format', 'tfjs', '--out', 'loads'], { cwd })
  const runtime = await startRuntime({ threads: 1 })
  const model = await loadModel(join(cwd, 'loads'))
  expect(model.getUserDefinedMetadata()).toMatchObject({ classNames: ['cat', 'dog'] })
  model.dispose()
  await runtime.dispose()
})

test('a model that is missing is named, and nothing is written', async () => {
  const { code, stderr } = await treadle(['export', 'nowhere', '--format', 'tfjs', '--out', 'none'], { cwd })
  expect(code).toBe(1)
  expect(stderr).toContain('nowhere')
  expect(await readdir(cwd)).not.toContain('none')
})
