import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CheckResult, checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { beforeAll, describe, expect, test } from 'vitest'
import { type PackedProject, packedProject } from './support/packed-project.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifestOf = async (folder: string) =>
  JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as {
    name: string
    version: string
    private?: boolean
  }
const folders = ['apps/cli', ...(await readdir(join(root, 'packages'))).map((name) => `packages/${name}`)]
const manifests = await Promise.all(folders.map(manifestOf))

let project: PackedProject
beforeAll(async () => (project = await packedProject()), 300_000)

/** How a package may not be resolved: by `require`, and by TypeScript before `exports`. */
const OTHERS: readonly unknown[] = ['node10', 'node16-cjs']
const problemsOf = (checked: CheckResult) =>
  checked.types === false
    ? []
    : checked.problems.filter(
        (problem) => !('resolutionKind' in problem && OTHERS.includes(problem.resolutionKind)),
      )

describe.each(manifests)('$name, as it is packed', ({ name, version, private: hidden }) => {
  test('publint finds no fault', async () => {
    expect(hidden).toBeUndefined()
    const { messages } = await publint({
      pkgDir: join(project.folder, 'node_modules', name),
      pack: false,
      strict: true,
    })
    expect(messages).toEqual([])
  })

  test('its declarations are found wherever ES modules are imported', async () => {
    const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
    const tarball = await readFile(join(project.folder, 'tarballs', file))
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)), {
      excludeEntrypoints: [/\.wasm$/],
    })
    expect(problemsOf(checked)).toEqual([])
  })
})
