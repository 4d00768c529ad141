import { defineConfig } from 'vitest/config'

// Tests import the packages' TypeScript sources; workers and WASM come from their builds.
const conditions = ['@treadle/source', 'node', 'import', 'module', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: ['packages/*', 'apps/*', { extends: true, test: { name: 'repository', include: ['test/**/*.test.ts'] } }],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
