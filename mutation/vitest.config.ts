import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { common, node } from '../vitest.config.ts'
import { measured } from './packages.js'

const name = process.env['MUTATION_PACKAGE'] as string
const { tests, without = [] } = measured[name]

/**
 * The sources of the measured package by its entry points. Without them the tests of another package would find it
 * through that package's `node_modules`, whose links lead out of the copy that holds the mutants.
 */
function ownSources() {
  const folder = new URL(`../packages/${name}/`, import.meta.url)
  const { exports } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  return Object.entries<Record<string, string>>(exports).flatMap(([path, { '@treadle/source': source }]) => {
    if (source === undefined) return []
    const entry = new RegExp(`^@treadle/${name}${path.slice(1)}$`)
    return [{ find: entry, replacement: fileURLToPath(new URL(source, folder)) }]
  })
}

/** The tests that cover one package, in Node.js, each file in a process of its own. */
export default defineConfig({
  ...node,
  resolve: { ...node.resolve, alias: ownSources() },
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
