import { spawn } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { type BuildOptions, build } from 'esbuild'
import { type Browser, type Page, chromium } from 'playwright'
import { build as viteBuild } from 'vite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import workerd from 'workerd'
import { findChromium, launchOptions, needsChromium } from './support/chromium.ts'
import { type Answers, makeHostModels, models } from './support/host-models.ts'
import { type PackedProject, packedProject } from './support/packed-project.ts'
import { type StaticServer, serveFolder } from './support/static-server.ts'

const sources = fileURLToPath(new URL('embedding/', import.meta.url))

let project: PackedProject
/** The author's folder: the sources of the hosts, the models, and the binaries under the addresses that they are served by. */
let folder: string
/** What Node.js answers, where nothing is bundled. */
let expected: Answers

/** The names under which hosts serve or import the binaries, and where the packages have them. */
const binaries = {
  'kernels.wasm': 'kernels/dist/kernels.wasm',
  'simd.wasm': 'runtime/dist/wasm/simd.wasm',
  'jpeg_decoder.wasm': 'image/dist/jpeg_decoder.wasm',
  'webp_dec.wasm': 'image/dist/webp_dec.wasm',
}

/** Bundles a source into a folder of its own, which is otherwise empty. */
async function bundle(source: string, options: BuildOptions): Promise<string> {
  const out = join(folder, 'out', source)
  await build({
    absWorkingDir: folder,
    entryPoints: [source],
    bundle: true,
    minify: true,
    outfile: out,
    target: 'es2022',
    loader: { '.wasm': 'binary', '.bin': 'binary', '.json': 'text' },
    logLevel: 'error',
    // A bundle of another format than ES modules has no address; none of the files beside it is asked for.
    logOverride: { 'empty-import-meta': 'silent' },
    ...options,
  })
  return out
}

/** Runs a server until `use` is finished. It prints the port as its first line, or writes it to descriptor 3. */
async function serving<Result>(
  program: string,
  args: readonly string[],
  cwd: string,
  use: (origin: string) => Promise<Result>,
): Promise<Result> {
  const server = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  try {
    const port = await new Promise<string>((resolve, reject) => {
      let errors = ''
      server.stderr?.on('data', (data: Buffer) => (errors += String(data)))
      server.on('error', reject)
      server.on('exit', (code) =>
        reject(new Error(`the server ended with code ${code}: ${errors.slice(-1000)}`)),
      )
      for (const stream of [server.stdout, server.stdio[3]])
        stream?.on('data', (data: Buffer) => resolve(/\d{2,}/.exec(String(data))?.[0] ?? ''))
    })
    return await use(`http://127.0.0.1:${port}`)
  } finally {
    server.removeAllListeners('exit')
    server.kill()
  }
}

/** The answers of a host to requests for both models. */
async function answersOf(ask: (model: string) => Promise<unknown>): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const model of models) answers[model] = await ask(model)
  return answers
}

const fetched = (origin: string) =>
  answersOf(async (model) => {
    const response = await fetch(`${origin}/${model}`)
    return response.ok ? response.json() : response.text()
  })

beforeAll(async () => {
  project = await packedProject()
  folder = join(project.folder, 'embedding')
  await cp(sources, folder, { recursive: true })
  expected = await makeHostModels(project, folder)
  for (const [file, source] of Object.entries(binaries))
    await cp(join(project.folder, 'node_modules/@treadle', source), join(folder, file))
}, 300_000)

test('Node answers with ten classes for the pixels, and other ones for a PNG, a JPEG and a WebP', () => {
  for (const model of models) {
    const answers = Object.values(expected[model] as Record<string, unknown[]>)
    expect(answers.map(({ length }) => length)).toEqual([10, 10, 10, 10])
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(4)
  }
})

/** tfjs, which the recurrent network runs on, calls `require`, also in an ES module. */
const withRequire = {
  js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
}

test('two copies of Treadle and tfjs in one process run networks of the same names', async () => {
  const copies = join(folder, 'out/copies')
  for (const name of ['one', 'two']) {
    const outfile = join(copies, `${name}.mjs`)
    await bundle('two-copies/copy.js', { platform: 'node', format: 'esm', outfile, banner: withRequire })
  }
  await cp(join(folder, 'two-copies/main.js'), join(copies, 'main.mjs'))
  const { stdout } = await project.run(process.execPath, ['main.mjs'], { cwd: copies })
  const first = models.map((model) => (expected[model] as Record<string, unknown>)['pixels'])
  expect(JSON.parse(stdout)).toEqual(first.map((answer) => Array.from({ length: 6 }, () => answer)))
}, 120_000)

describe.each(['esm', 'cjs'] as const)('a server in a single file (%s)', (format) => {
  test('answers as Node does with nothing beside it', async () => {
    const outfile = join(folder, 'out', format, `server.${format === 'esm' ? 'mjs' : 'cjs'}`)
    const banner = format === 'esm' ? withRequire : {}
    await bundle('single-file/server.js', { platform: 'node', format, outfile, banner })
    const cwd = join(folder, 'out', format)
    expect(await serving(process.execPath, [outfile], cwd, fetched)).toEqual(expected)
  })
})

/** Small bundles in one file: the same pages and servers without tfjs. */
const compiledEntry = { '@treadle/model/classifier': '@treadle/model/compiled' }

test('a server in a single file with the compiled entry answers alike, or names what needs tfjs', async () => {
  const cwd = join(folder, 'out/compiled')
  const outfile = join(cwd, 'server.mjs')
  await bundle('single-file/server.js', { platform: 'node', format: 'esm', outfile, alias: compiledEntry })
  const answers = await serving(process.execPath, [outfile], cwd, fetched)
  expect(answers).toEqual({
    model: expected['model'],
    recurrent: expect.stringMatching(/layer `\w+` \(\w+\) is of a class that is not compiled/) as string,
  })
})

test('workerd, which runs Cloudflare Workers, answers as Node does', async () => {
  const external = ['*.wasm', '*.bin', 'model.json', 'recurrent.json']
  const conditions = ['workerd', 'worker', 'browser']
  const outfile = join(folder, 'workerd.out/worker.js')
  await bundle('workerd/worker.js', { format: 'esm', conditions, external, outfile })
  for (const name of [...Object.keys(binaries), ...models])
    await cp(join(folder, name), join(folder, 'workerd.out', name), { recursive: true })
  await cp(join(folder, 'workerd/config.capnp'), join(folder, 'workerd.out/config.capnp'))
  const args = ['serve', 'config.capnp', '--control-fd=3']
  expect(await serving(workerd, args, join(folder, 'workerd.out'), fetched)).toEqual(expected)
}, 120_000)

/** The gzipped bytes of the JavaScript that a page loads before it classifies: the entry and what it imports statically. */
function firstBytes(chunks: ReadonlyMap<string, Chunk>, entry: string): number {
  const names = new Set([entry])
  for (const name of names) for (const imported of chunks.get(name)?.imports ?? []) names.add(imported)
  return [...names].reduce((sum, name) => sum + gzipSync((chunks.get(name) as Chunk).code).length, 0)
}

interface Chunk {
  readonly code: string | Uint8Array
  readonly imports: readonly string[]
}

describe('a page that classifies loads, gzipped,', () => {
  const limit = 96_500

  test(`at most ${limit / 1000} kB of JavaScript by esbuild with splitting, without tfjs`, async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: folder,
      entryPoints: ['page.js'],
      bundle: true,
      minify: true,
      splitting: true,
      format: 'esm',
      outdir: 'page',
      metafile: true,
      write: false,
    })
    const { outputs } = metafile
    const chunks = new Map(
      Object.entries(outputs).map(([name, { imports }]) => [
        name,
        {
          code: outputFiles.find(({ path }) => path === join(folder, name))?.contents as Uint8Array,
          imports: imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => path),
        },
      ]),
    )
    expect(firstBytes(chunks, 'page/page.js')).toBeLessThan(limit)
  })

  test('at most 316.8 kB by esbuild as one file, which holds tfjs and all decoders', async () => {
    const [file] = (
      await build({
        absWorkingDir: folder,
        entryPoints: ['page.js'],
        bundle: true,
        minify: true,
        format: 'esm',
        write: false,
      })
    ).outputFiles
    expect(gzipSync(file?.contents as Uint8Array).length).toBeLessThan(316_800)
  })

  test('at most 104 kB by esbuild as one file with the compiled entry and all decoders, without tfjs', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: folder,
      entryPoints: ['page.js'],
      bundle: true,
      minify: true,
      format: 'esm',
      alias: compiledEntry,
      metafile: true,
      write: false,
    })
    const [output] = Object.values(metafile.outputs)
    expect(Object.keys(output?.inputs ?? {}).filter((file) => file.includes('@tensorflow'))).toEqual([])
    expect(gzipSync(outputFiles[0]?.contents as Uint8Array).length).toBeLessThan(104_000)
  })

  test(`at most ${limit / 1000} kB by Vite`, async () => {
    await writeFile(join(folder, 'page.html'), '<script type="module" src="page.js"></script>')
    const { output } = (await viteBuild({
      root: folder,
      configFile: false,
      logLevel: 'error',
      build: { write: false, rolldownOptions: { input: 'page.html' } },
    })) as { output: ({ type: 'chunk'; fileName: string; isEntry: boolean } & Chunk)[] }
    const scripts = output.filter(({ type }) => type === 'chunk')
    const entry = scripts.find(({ isEntry }) => isEntry)?.fileName as string
    expect(firstBytes(new Map(scripts.map((chunk) => [chunk.fileName, chunk])), entry)).toBeLessThan(limit)
  })
})

const executable = findChromium()

describe.skipIf(executable === undefined)(
  `in Chromium${executable ? '' : ` (skipped: ${needsChromium})`}`,
  () => {
    let browser: Browser
    let server: StaticServer
    let page: Page

    beforeAll(async () => {
      await mkdir(join(folder, 'public'))
      const iife: BuildOptions = { format: 'iife', conditions: ['worker', 'browser'] }
      await bundle('blob-worker/worker.js', { ...iife, outfile: join(folder, 'public/blob-worker.js') })
      await bundle('service-worker/worker.js', { ...iife, outfile: join(folder, 'public/service-worker.js') })
      for (const name of [...Object.keys(binaries), ...models])
        await cp(join(folder, name), join(folder, 'public', name), { recursive: true })
      await writeFile(join(folder, 'public/index.html'), '<!doctype html><title>Hosts</title>')
      server = await serveFolder(join(folder, 'public'))
      browser = await chromium.launch(launchOptions(executable as string))
      page = await browser.newPage()
      await page.goto(`${server.origin}/index.html`)
    }, 120_000)

    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    test('a worker from a Blob answers as Node does', async () => {
      const answers = await answersOf((model) =>
        page.evaluate(async (name) => {
          const script = await (await fetch('blob-worker.js')).blob()
          const worker = new Worker(URL.createObjectURL(script))
          try {
            const { port1, port2 } = new MessageChannel()
            return await new Promise((resolve, reject) => {
              port1.addEventListener('message', ({ data }) => resolve(data))
              port1.start()
              worker.addEventListener('error', (event) => reject(new Error(event.message)))
              worker.postMessage(name, [port2])
            })
          } finally {
            worker.terminate()
          }
        }, model),
      )
      expect(answers).toEqual(expected)
    })

    test('a service worker answers as Node does', async () => {
      await page.evaluate(async () => {
        const controlled = new Promise((resolve) => {
          navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true })
        })
        await navigator.serviceWorker.register('service-worker.js')
        await controlled
      })
      const answers = await answersOf((model) =>
        page.evaluate(async (name) => {
          const response = await fetch(`/classify/${name}`)
          return response.ok ? response.json() : response.text()
        }, model),
      )
      expect(answers).toEqual(expected)
    })
  },
)
