import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { packageOf } from './framework-versions.ts'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** The environment of a user's programs: without the variables that this run's own package manager and vitest set. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_|pnpm_|vitest|node_env|node_path|node_options)/i.test(name),
  ),
)

/** What the apps of test/frameworks.test.ts are built with. */
const frameworks = ['next', 'react', 'react-dom', 'vite-7', 'vite-8']

/** A project as a user has it: outside the workspace, installed by plain npm, Treadle only as it was packed. */
export interface PackedProject {
  readonly folder: string
  /**
   * Runs a program in a folder of the project, the project's own folder by default.
   * @returns what it printed. Rejects when it fails.
   */
  readonly run: (
    program: string,
    args: readonly string[],
    options?: { cwd?: string; timeout?: number },
  ) => Promise<{ stdout: string; stderr: string }>
}

const tarballs = 'tarballs'

/**
 * The project of this test run, with all packages and the command as they are packed, the tfjs packages that they are peers
 * of, and the frameworks. The first test file that asks for it makes it, and the others wait. Each uses a folder of its own
 * in it.
 */
export async function packedProject(): Promise<PackedProject> {
  const folder = inject('packedFolder')
  const project: PackedProject = {
    folder,
    run: (program, args, { cwd = folder, timeout = 0 } = {}) =>
      execute(program, args, { cwd, env: environment, timeout, maxBuffer: 2 ** 26 }),
  }
  const state = (name: string): string => join(folder, `.${name}`)
  const first = await mkdir(state('lock')).then(
    () => true,
    () => false,
  )
  if (first) {
    await install(project).then(
      () => writeFile(state('ready'), ''),
      async (error: unknown) => {
        await writeFile(state('failed'), '')
        throw error
      },
    )
  }
  while (!existsSync(state('ready'))) {
    if (existsSync(state('failed'))) throw new Error('another test file could not make the packed project')
    await setTimeout(100)
  }
  return project
}

async function install({ folder, run }: PackedProject): Promise<void> {
  const packed = join(folder, tarballs)
  await mkdir(packed)
  const filters = ['./packages/**', 'treadle'].flatMap((filter) => ['--filter', filter])
  const pack = ['--recursive', ...filters, 'pack', '--json', '--pack-destination', packed]
  const { stdout } = await execute('pnpm', pack, { cwd: root, maxBuffer: 2 ** 26 })
  const files = (JSON.parse(stdout) as { filename: string }[]).map(({ filename }) => filename)
  const tfjs = ['core', 'layers', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`)
  await writeFile(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }')
  // The apps are parts of one workspace: only so may Vite's development server read what is installed here.
  await writeFile(join(folder, 'pnpm-workspace.yaml'), 'packages: [frameworks/*]')
  const packages = [...files, ...tfjs, ...frameworks.map(packageOf), '@types/node@20']
  await run('npm', ['install', '--no-audit', '--no-fund', ...packages])
}
