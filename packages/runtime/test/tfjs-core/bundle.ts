import { mkdirSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { build } from 'esbuild'

const require = createRequire(import.meta.url)
const core = require.resolve('@tensorflow/tfjs-core/package.json').replace('package.json', 'dist/')

/** The tests that need the images or canvas of a page. */
const NEEDS_BROWSER = /from_pixels|to_pixels|draw_test/

function inFolder(name: string): string[] {
  return readdirSync(core + name, { recursive: true, encoding: 'utf8' }).map((file) => `${name}/${file}`)
}

/** tfjs-core's own tests of a backend: all ops, their gradients, all optimizers. */
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
 * Bundles the published tests with the copy of tfjs-core that they import by relative paths. The backend is not in the
 * bundle. It works because all copies of tfjs-core in a process share one engine.
 * @returns the path of a CommonJS module that reads the name of the backend from TEST_BACKEND
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
  // The names of the tests contain the backend. Both backends use one name there, so that the names are equal.
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
