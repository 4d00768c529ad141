import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright'
import { findChromium, launchOptions, needsChromium } from './chromium.ts'
import { freePort } from './free-port.ts'
import { type Answers, makeHostModels, models } from './host-models.ts'
import { type PackedProject, environment, packedProject } from './packed-project.ts'

const sources = fileURLToPath(new URL('../frameworks/', import.meta.url))

/** The apps of frameworks, in a folder each of the packed project, and a browser that looks at them. */
export interface FrameworkApps {
  /** What Node.js answers, where nothing is bundled. */
  readonly expected: Answers
  /** The packed packages of the project, for an app that must have all packages in its own folder. */
  readonly packed: readonly string[]
  /**
   * Copies the app in `source` of test/frameworks, with both models among its public files.
   * @param packages what it installs beside the packages of the project
   * @returns its folder
   */
  create(name: string, source: string, ...packages: string[]): Promise<string>
  /** Runs a JavaScript file of an installed package, such as `next/dist/bin/next`. */
  run(folder: string, program: string, ...args: string[]): Promise<void>
  /** Runs it as a server on the port that follows `args` and is in `PORT`, until `use` is finished. */
  serve(
    folder: string,
    program: string,
    args: readonly string[],
    use: (origin: string) => Promise<void>,
  ): Promise<void>
  /** The JSON that the page shows in its output element. */
  shown(address: string): Promise<unknown>
  close(): Promise<void>
}

export async function frameworkApps(): Promise<FrameworkApps> {
  const executable = findChromium()
  if (executable === undefined) throw new Error(`This test ${needsChromium}.`)
  const project = await packedProject()
  const folder = join(project.folder, 'frameworks')
  const expected = await makeHostModels(project, folder)
  const browser = await chromium.launch(launchOptions(executable))
  return {
    expected,
    packed: (await readdir(join(project.folder, 'tarballs'))).map((name) =>
      join(project.folder, 'tarballs', name),
    ),
    create: (...app) => create(project, folder, ...app),
    async run(cwd, program, ...args) {
      await project.run(nodeOf(cwd), [await installed(cwd, program), ...args], { cwd })
    },
    serve: async (cwd, program, args, use) => serve(cwd, [await installed(cwd, program), ...args], use),
    shown: (address) => shown(browser, address),
    close: () => browser.close(),
  }
}

async function create(
  project: PackedProject,
  parent: string,
  name: string,
  source: string,
  ...packages: string[]
): Promise<string> {
  const folder = join(parent, name)
  await cp(join(sources, source), folder, { recursive: true })
  await cp(join(parent, 'answer.js'), join(folder, 'answer.js'))
  const settings = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}')
  const described = { name, private: true, type: 'module', ...(JSON.parse(settings) as object) }
  await writeFile(join(folder, 'package.json'), JSON.stringify(described))
  // A server reads the models from its folder, and a page from the public one.
  for (const to of ['', 'public'])
    for (const model of models) await cp(join(parent, model), join(folder, to, model), { recursive: true })
  if (packages.length > 0)
    await project.run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder })
  return folder
}

/** The Node.js that an app installs with its packages, for a framework that needs a later one; otherwise this one. */
function nodeOf(folder: string): string {
  const own = join(folder, 'node_modules/node/bin/node')
  return existsSync(own) ? own : process.execPath
}

/** The path of a package's file as Node.js looks for it: in the folder, and then in those above. */
async function installed(folder: string, file: string): Promise<string> {
  for (let at = folder; ; at = join(at, '..')) {
    const path = join(at, 'node_modules', file)
    if (await readFile(path).catch(() => undefined)) return path
    if (at === join(at, '..')) throw new Error(`${file} is not installed`)
  }
}

async function serve(
  cwd: string,
  args: readonly string[],
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const port = await freePort()
  const server: ChildProcess = spawn(nodeOf(cwd), [...args, String(port)], {
    cwd,
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr])
    stream?.on('data', (data: Buffer) => (output += String(data)))
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  try {
    const origin = `http://localhost:${port}`
    for (let tries = 0; !(await fetch(origin).catch(() => undefined)); tries++) {
      if (tries === 900 || server.exitCode !== null)
        throw new Error(`${args.join(' ')} does not answer: ${output.slice(-2000)}`)
      await setTimeout(100)
    }
    await use(origin)
  } finally {
    server.kill()
    await ended
  }
}

async function shown(browser: Browser, address: string): Promise<unknown> {
  const page = await browser.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  try {
    await page.goto(address)
    // A development server loads the page anew when it finds a package to optimize.
    await page.waitForFunction(() => document.querySelector('output')?.textContent, null, {
      timeout: 120_000,
    })
    return JSON.parse((await page.locator('output').textContent()) as string)
  } catch (error) {
    throw new Error(`${String(error)} ${errors.join(' ')}`, { cause: error })
  } finally {
    await page.close()
  }
}
