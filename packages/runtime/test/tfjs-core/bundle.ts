import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const core = require.resolve('@tensorflow/tfjs-core/package.json').replace('package.json', 'dist/')

/** Those of the tests that need a page's images or canvas. */
const NEEDS_BROWSER = /from_pixels|to_pixels|draw_test/

function inFolder(name: string): string[] {
  return readdirSync(core + name, { recursive: true, encoding: 'utf8' }).map((file) => `${name}/${file}`)
}

/** tfjs-core's own tests of what a backend computes: all ops, their gradients, all optimizers. */
function testFiles(): string[] {
  const files = [
    ...inFolder('ops'),
    ...inFolder('optimizers'),
    'gradients_test.js',
    'tensor_test.js',
    'variable_test.js',
  ]
  return files.filter((name) => name.endsWith('_test.js') && !NEEDS_BROWSER.test(name)).toSorted()
}

/**
 * Bundles the published tests with the copy of tfjs-core they reach by relative paths. The backend comes from outside
 * and meets it in the engine, which all copies of tfjs-core in a process share.
 * @returns the path of a CommonJS module that takes the backend's name from TEST_BACKEND
 */
export async function bundleTests(): Promise<string> {
  const folder = new URL('../../build/', import.meta.url).pathname
  mkdirSync(folder, { recursive: true })
  const outfile = `${folder}tfjs-core-tests.cjs`
  const contents = [
    'register_all_gradients.js',
    'public/chained_ops/register_all_chained_ops.js',
    ...testFiles(),
  ].map((name) => `require('./${name}')`)
  // Both backends get one name in the tests' names, so that these are equal.
  const environment = `[{ name: 'backend', backendName: process.env.TEST_BACKEND, isDataSync: true }]`
  await build({
    stdin: {
      contents: [`require('./jasmine_util.js').setTestEnvs(${environment})`, ...contents].join('\n'),
      resolveDir: core,
    },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['jasmine-core'],
    logLevel: 'error',
    outfile,
  })
  return outfile
}
