import { configDefaults, defineConfig } from 'vitest/config'
import { common, node, packedFolder } from './vitest.config.ts'

/** The tests that take minutes to hours, one file after the other: `pnpm test:long`. */
export default defineConfig({
  ...node,
  test: {
    ...common,
    name: 'long',
    include: ['{packages,apps}/*/{src,test}/**/*.long.test.ts', 'test/**/*.long.test.ts'],
    exclude: configDefaults.exclude,
    globalSetup: packedFolder,
    fileParallelism: false,
    testTimeout: 6 * 3_600_000,
    hookTimeout: 3_600_000,
  },
})
