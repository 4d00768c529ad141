import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const root = fileURLToPath(new URL('../..', import.meta.url))

/** Without the variables that this run's own package manager and vitest set. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(npm_|pnpm_|vitest|node_env|node_path|node_options)/i.test(name),
  ),
)

/** A project as a user has it: outside the workspace, installed by plain npm, Treadle only as it was packed. */
export interface PackedProject {
  readonly folder: string
  /**
   * Runs a program in a folder of the project, the project's own folder by default.
   * @returns what it printed. Rejects when it fails.
   */
  run(
    program: string,
    args: readonly string[],
    options?: { cwd?: string; timeout?: number },
  ): Promise<{ stdout: string; stderr: string }>
  remove(): Promise<void>
}

/**
 * Packs all packages and `apps`, and installs them with the tfjs packages that they are peers of.
 * @param extras what else to install, as npm names it
 */
export async function packedProject({
  apps = [],
  extras = [],
}: {
  apps?: readonly string[]
  extras?: readonly string[]
} = {}): Promise<PackedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-packed-'))
  const project: PackedProject = {
    folder,
    run: (program, args, { cwd = folder, timeout = 0 } = {}) => execute(program, args, { cwd, env, timeout }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
  try {
    const filters = ['./packages/**', ...apps].flatMap((filter) => ['--filter', filter])
    const pack = ['--recursive', ...filters, 'pack', '--json', '--pack-destination', folder]
    const { stdout } = await execute('pnpm', pack, { cwd: root, maxBuffer: 2 ** 26 })
    const tarballs = (JSON.parse(stdout) as { filename: string }[]).map(({ filename }) => filename)
    const tfjs = ['core', 'layers', 'backend-wasm'].map((name) => `@tensorflow/tfjs-${name}@4.22.0`)
    await writeFile(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }')
    await project.run('npm', ['install', '--no-audit', '--no-fund', ...tarballs, ...tfjs, ...extras])
    return project
  } catch (error) {
    await project.remove()
    throw error
  }
}
