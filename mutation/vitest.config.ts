import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { common, node } from '../vitest.config.ts'
import { measured } from './packages.js'

const name = process.env['MUTATION_PACKAGE'] as string
const { tests, without = [] } = measured[name]

/** The tests that cover one package, in Node.js, each file in a process of its own. */
export default defineConfig({
  ...node,
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    ...common,
    name,
    include: tests.flatMap((one) => [
      `packages/${one}/src/**/*.test.ts`,
      `packages/${one}/test/**/*.test.ts`,
    ]),
    exclude: [...common.exclude, '**/*.browser.test.ts', ...without.map((file) => `packages/${file}`)],
    setupFiles: [...common.setupFiles, fileURLToPath(new URL('coverage.ts', import.meta.url))],
    pool: 'forks',
    maxWorkers: 1,
    bail: 1,
  },
})
