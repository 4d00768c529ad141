import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

// Tests import the packages' TypeScript sources; workers and WASM come from their builds.
const conditions = ['@treadle/source', 'node', 'import', 'module', 'default']

const workspaces = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url)).map((name) => ({ name, root: `./${folder}/${name}` })),
)

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      ...workspaces.map(({ name, root }) => ({
        extends: true as const,
        root,
        test: { name, include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
      })),
      { extends: true, test: { name: 'repository', include: ['test/**/*.test.ts'] } },
    ],
  },
})
