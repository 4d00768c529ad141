import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { build, transform } from 'esbuild'
import type { Plugin } from 'esbuild'

/**
 * Copies factories, worker, binaries and kernels of the installed @tensorflow/tfjs-backend-wasm to dist/wasm as ES
 * modules. The factories are Emscripten's output for script tags and CommonJS. The changes:
 *
 * - code for one platform (starting a worker, reading a file) or for the whole process (listeners, `global.Worker`) is
 *   removed; the caller passes functions for it as members of the module object;
 * - the number of workers is a parameter;
 * - no code is evaluated from text, and no Blob is created.
 *
 * Every replacement states how often it must match. With another version of the package the build fails, instead of
 * writing files with only some of the changes.
 */
const require = createRequire(import.meta.url)
const folder = new URL('.', `file://${require.resolve('@tensorflow/tfjs-backend-wasm/package.json')}`)
const source = new URL('wasm-out/', folder)
const target = new URL('../dist/wasm/', import.meta.url)

interface Replacement {
  readonly find: string
  readonly by: string
  readonly times?: number
}

function rewrite(name: string, text: string, replacements: readonly Replacement[]): string {
  for (const { find, by, times = 1 } of replacements) {
    const parts = text.split(find)
    if (parts.length - 1 !== times) {
      throw new Error(
        `${name}: expected ${times} × ${JSON.stringify(find)}, found ${parts.length - 1}. Adapt scripts/take-backend.ts.`,
      )
    }
    text = parts.join(by)
  }
  return text
}

/** Removes the text from `start` up to, but not including, `end`. Both must occur. */
function cut(name: string, text: string, start: string, end: string): string {
  const from = text.indexOf(start)
  const to = text.indexOf(end, from)
  if (from < 0 || to < 0)
    throw new Error(`${name}: no text between ${JSON.stringify(start)} and ${JSON.stringify(end)}.`)
  return text.slice(0, from) + text.slice(to)
}

const NODE_CHECK: Replacement = {
  find: 'var ENVIRONMENT_IS_NODE=typeof process=="object"&&typeof process.versions=="object"&&typeof process.versions.node=="string";',
  by: '',
}

/** Removes the branches for Node.js, so that bundlers find no `require`, and the code that evaluates text. */
async function withoutNode(name: string, text: string): Promise<string> {
  const define = { ENVIRONMENT_IS_NODE: 'false' }
  const { code } = await transform(text, {
    define,
    minifySyntax: true,
    minifyWhitespace: true,
    target: 'es2022',
  })
  const left = /\brequire\(|\beval\(|new Function|createObjectURL|process\.on/.exec(code)
  if (left) throw new Error(`${name}: ${left[0]} is left. Adapt scripts/take-backend.ts.`)
  return code
}

const common: readonly Replacement[] = [
  {
    find: `  var _scriptDir = typeof document !== 'undefined' && document.currentScript ? document.currentScript.src : undefined;
  if (typeof __filename !== 'undefined') _scriptDir = _scriptDir || __filename;
`,
    by: '  var _scriptDir = import.meta.url;\n',
  },
  NODE_CHECK,
  // The factory stores the listeners of the process, adds its own, and removes all of them on disposal.
  { find: 'typeof process!=="undefined"&&process.listeners', by: 'false' },
]

const threaded: readonly Replacement[] = [
  { find: 'var pthreadPoolSize=8;', by: 'var pthreadPoolSize=Module["pthreadPoolSize"];' },
  {
    find: 'var pthreadMainJs=locateFile("tfjs-backend-wasm-threaded-simd.worker.js");worker=new Worker(pthreadMainJs);',
    by: 'worker=Module["createWorker"]();',
  },
  {
    find: 'worker.onerror=e=>{var message="worker sent an error!";err(message+" "+e.filename+":"+e.lineno+": "+e.message);throw e};',
    by: 'worker.onerror=Module["onWorkerError"];',
  },
  // Without workers, no message reports that all workers have loaded.
  {
    find: 'function(){if(!--numWorkersToLoad)removeRunDependency("wasm-instantiate")})})',
    by: 'function(){if(!--numWorkersToLoad)removeRunDependency("wasm-instantiate")})});if(!numWorkersToLoad)removeRunDependency("wasm-instantiate")',
  },
  { find: '"urlOrBlob":Module["mainScriptUrlOrBlob"]||_scriptDir,', by: '' },
  // Kernels block. Without this change, every start in the main thread of a page would print a warning about it.
  {
    find: 'function _emscripten_check_blocking_allowed(){if(ENVIRONMENT_IS_NODE)return;if(ENVIRONMENT_IS_WORKER)return;warnOnce("Blocking on the main thread is very dangerous, see https://emscripten.org/docs/porting/pthreads.html#blocking-on-the-main-browser-thread")}',
    by: 'function _emscripten_check_blocking_allowed(){}',
  },
  // A thread that may block waits in `Atomics.wait`, and hangs if a worker has died. A thread that must not block polls
  // the clock, which is an import of this package and can end the wait.
  {
    find: '__emscripten_thread_init(tb,!ENVIRONMENT_IS_WORKER,1,!ENVIRONMENT_IS_WEB)',
    by: '__emscripten_thread_init(tb,1,1,0)',
  },
]

const unthreaded: readonly Replacement[] = [
  // The factory searches for its module under two other names.
  { find: 'throw new Error("Could not find wasm module in post.js")', by: 'actualModule=Module' },
]

/** The text of NOTICE.txt, for the files under the Apache licence. */
const NOTICE = `The files threaded-simd.js, threaded-simd.wasm, worker.browser.js, worker.node.js, simd.js, simd.wasm and stock.js in
this directory are taken from @tensorflow/tfjs-backend-wasm 4.22.0 (https://github.com/tensorflow/tfjs),
Copyright Google LLC, licensed under the Apache License, Version 2.0 (LICENSE-APACHE-2.0.txt).
The .wasm files are unchanged. The .js files were changed by the build of @treadle/runtime (scripts/take-backend.ts):
they are ES modules, install no process listeners and no global variables, evaluate no text, and take the number of
threads as a parameter; stock.js does not register its kernels on import. stock.js includes parts of
@tensorflow/tfjs-backend-cpu 4.22.0, with the same copyright and licence.
`

const banner =
  '/*! From @tensorflow/tfjs-backend-wasm 4.22.0, Copyright Google LLC, Apache-2.0; changed, see NOTICE.txt */\n'

async function factory(name: string, global: string, replacements: readonly Replacement[]): Promise<string> {
  const file = `tfjs-backend-wasm-${name}.js`
  const text = await readFile(new URL(file, source), 'utf8')
  const module = cut(
    file,
    rewrite(file, text, replacements) + '\u0000',
    "if (typeof exports === 'object'",
    '\u0000',
  ).slice(0, -1)
  return banner + (await withoutNode(file, `${module}export default ${global};\n`))
}

async function workers(): Promise<{ node: string; browser: string }> {
  const file = 'tfjs-backend-wasm-threaded-simd.worker.js'
  const { wasmWorkerContents } = require(new URL(file, source).pathname) as { wasmWorkerContents: string }
  // The package's template literal turns the escaped line feed inside a string into a real one.
  let body = wasmWorkerContents.replaceAll('\n', '\\n')
  body = cut(file, body, 'if(ENVIRONMENT_IS_NODE){var nodeWorkerThreads', 'var initializedJS')
  body = rewrite(file, body, [
    { find: '"use strict";', by: '' },
    NODE_CHECK,
    {
      find: 'if(typeof e.data.urlOrBlob=="string"){importScripts(e.data.urlOrBlob)}else{var objectUrl=URL.createObjectURL(e.data.urlOrBlob);importScripts(objectUrl);URL.revokeObjectURL(objectUrl)}',
      by: '',
    },
  ])
  body = await withoutNode(file, body)
  const imports = "import WasmBackendModuleThreadedSimd from './threaded-simd.js';\n"
  const port = `import { parentPort } from 'node:worker_threads';
globalThis.self = globalThis;
globalThis.postMessage = (message) => parentPort.postMessage(message);
parentPort.on('message', (data) => self.onmessage({ data }));
`
  return { node: `${banner}${imports}${port}${body}`, browser: `${banner}${imports}${body}` }
}

/**
 * Bundles the package's backend class and kernels as one module. Importing the package itself would register the backend
 * `wasm`, include its factories, and import `fs` of Node.js in browsers.
 */
async function kernels(): Promise<string> {
  const edits: Plugin = {
    name: 'edits',
    setup(bundler) {
      const edit = (name: string, replacements: readonly Replacement[]): void => {
        bundler.onLoad({ filter: new RegExp(`tfjs-backend-wasm/dist/${name}\\.js$`) }, async ({ path }) => {
          return { contents: rewrite(name, await readFile(path, 'utf8'), replacements) }
        })
      }
      edit('backend_wasm', [
        { find: "import './flags_wasm';", by: '' },
        {
          find: "import * as wasmFactoryThreadedSimd_import from '../wasm-out/tfjs-backend-wasm-threaded-simd.js';",
          by: '',
        },
        {
          find: "import { wasmWorkerContents } from '../wasm-out/tfjs-backend-wasm-threaded-simd.worker.js';",
          by: '',
        },
        { find: "import * as wasmFactory_import from '../wasm-out/tfjs-backend-wasm.js';", by: '' },
        {
          find: 'const wasmFactoryThreadedSimd = (wasmFactoryThreadedSimd_import.default ||\n    wasmFactoryThreadedSimd_import);',
          by: '',
        },
        { find: 'const wasmFactory = (wasmFactory_import.default || wasmFactory_import);', by: '' },
      ])
      edit('register_all_kernels', [
        {
          find: 'for (const kernelConfig of kernelConfigs) {\n    registerKernel(kernelConfig);\n}',
          by: 'export { kernelConfigs };',
        },
      ])
    },
  }
  const { outputFiles } = await build({
    stdin: {
      contents: `export { BackendWasm } from './backend_wasm.js'
                 export { kernelConfigs } from './register_all_kernels.js'`,
      resolveDir: new URL('dist/', folder).pathname,
    },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    mainFields: ['module', 'main'],
    external: ['@tensorflow/tfjs-core'],
    plugins: [edits],
    legalComments: 'eof',
    logLevel: 'error',
  })
  return banner + (outputFiles[0]?.text ?? '')
}

/** Writes dist/wasm. Does not write files that have not changed. */
export async function takeBackend(): Promise<void> {
  await mkdir(target, { recursive: true })
  const worker = await workers()
  const texts = {
    'threaded-simd.js': await factory('threaded-simd', 'WasmBackendModuleThreadedSimd', [
      ...common,
      ...threaded,
    ]),
    'simd.js': await factory('simd', 'Module', [...common, ...unthreaded]),
    'stock.js': await kernels(),
    'worker.node.js': worker.node,
    'worker.browser.js': worker.browser,
    'NOTICE.txt': NOTICE,
  }
  for (const [name, text] of Object.entries(texts)) {
    const url = new URL(name, target)
    if ((await readFile(url, 'utf8').catch(() => undefined)) !== text) await writeFile(url, text)
  }
  for (const name of ['threaded-simd', 'simd']) {
    await copyFile(new URL(`tfjs-backend-wasm-${name}.wasm`, source), new URL(`${name}.wasm`, target))
  }
  await copyFile(
    new URL('LICENSE-APACHE-2.0.txt', import.meta.url),
    new URL('LICENSE-APACHE-2.0.txt', target),
  )
}
