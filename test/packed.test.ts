import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))
const folders = (await readdir(join(root, 'packages'))).map((name) => `packages/${name}`)
const tfjs = ['core', 'layers', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`)

/** The first TypeScript example of a README: what a person tries first. */
async function readmeExample(folder: string): Promise<string> {
  const readme = await readFile(join(root, folder, 'README.md'), 'utf8')
  const example = /^```ts\n(.*?)^```$/ms.exec(readme)?.[1]
  if (example === undefined) throw new Error(`${folder}/README.md has no \`\`\`ts example`)
  return example
}

// A project as a user has it: outside the workspace, plain npm, only what was packed.
let project: string
/** Without the variables that this run's own package manager and vitest set. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|pnpm_|vitest|node_env|node_path|node_options)/i.test(name)),
)

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'treadle-packed-'))
  const tarballs: string[] = []
  for (const folder of [...folders, 'apps/cli']) {
    const { stdout } = await run('pnpm', ['pack', '--json', '--pack-destination', project], { cwd: join(root, folder) })
    tarballs.push((JSON.parse(stdout) as { filename: string }).filename)
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
  await run('npm', ['install', '--no-audit', '--no-fund', ...tarballs, ...tfjs, '@types/node@20'], { cwd: project, env })
  await mkdir(join(project, 'src'))
}, 300_000)

afterAll(() => rm(project, { recursive: true, force: true }))

describe.each(folders)('%s, installed from its tarball', (folder) => {
  const name = folder.replace('packages/', '')

  test.each(['nodenext', 'bundler'])('its README example compiles with moduleResolution %s', async (moduleResolution) => {
    const file = join(project, 'src', `${name}.ts`)
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
      project,
    )
    const program = ts.createProgram([file], options)
    const problems = ts.getPreEmitDiagnostics(program)
    expect(ts.formatDiagnostics(problems, { getCanonicalFileName: (path) => path, getCurrentDirectory: () => project, getNewLine: () => '\n' })).toBe('')
  })

  test('its README example runs as plain JavaScript', async () => {
    const { outputText } = ts.transpileModule(await readmeExample(folder), {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext },
    })
    const file = join(project, 'src', `${name}.js`)
    await writeFile(file, outputText)
    const { stderr } = await run(process.execPath, [file], { cwd: project, env, timeout: 120_000 })
    expect(stderr).not.toMatch(/error/i)
  }, 130_000)
})

test('the command runs from its tarball', async () => {
  const { stdout } = await run(join(project, 'node_modules/.bin/treadle'), ['--version'], { cwd: project, env })
  const { version } = JSON.parse(await readFile(join(root, 'apps/cli/package.json'), 'utf8')) as { version: string }
  expect(stdout.trim()).toBe(version)
})
