import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { beforeAll, describe, expect, test } from 'vitest'
import { type PackedProject, packedProject } from './support/packed-project.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = (await readdir(join(root, 'packages'))).map((name) => `packages/${name}`)

/** The first TypeScript example of a README: what a person tries first. */
async function readmeExample(folder: string): Promise<string> {
  const readme = await readFile(join(root, folder, 'README.md'), 'utf8')
  const example = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1]
  if (example === undefined) throw new Error(`${folder}/README.md has no \`\`\`ts example`)
  return example
}

let project: PackedProject

beforeAll(async () => {
  project = await packedProject()
  await mkdir(join(project.folder, 'src'))
}, 300_000)

describe.each(folders)('%s, installed from its tarball', (folder) => {
  const name = folder.replace('packages/', '')

  test.each(['nodenext', 'bundler'])(
    'its README example compiles with moduleResolution %s',
    async (moduleResolution) => {
      const file = join(project.folder, 'src', `${name}.ts`)
      await writeFile(file, await readmeExample(folder))
      const { options } = ts.convertCompilerOptionsFromJson(
        {
          target: 'es2023',
          module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
          moduleResolution,
          strict: true,
          skipLibCheck: true,
          noEmit: true,
          lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
          types: ['node'],
        },
        project.folder,
      )
      const program = ts.createProgram([file], options)
      const problems = ts.getPreEmitDiagnostics(program)
      expect(
        ts.formatDiagnostics(problems, {
          getCanonicalFileName: (path) => path,
          getCurrentDirectory: () => project.folder,
          getNewLine: () => '\n',
        }),
      ).toBe('')
    },
  )

  test('its README example runs as plain JavaScript', async () => {
    const { outputText } = ts.transpileModule(await readmeExample(folder), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    })
    const file = join(project.folder, 'src', `${name}.js`)
    await writeFile(file, outputText)
    const { stderr } = await project.run(process.execPath, [file], { timeout: 120_000 })
    expect(stderr).not.toMatch(/error/i)
  }, 130_000)
})

test('the command runs from its tarball', async () => {
  const { stdout } = await project.run(join(project.folder, 'node_modules/.bin/treadle'), ['--version'])
  const { version } = JSON.parse(await readFile(join(root, 'apps/cli/package.json'), 'utf8')) as {
    version: string
  }
  expect(stdout.trim()).toBe(version)
})
