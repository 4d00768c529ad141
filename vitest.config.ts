import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { type TestProjectInlineConfiguration, configDefaults, defineConfig } from 'vitest/config'
import { findChromium, launchOptions, needsChromium } from './test/support/chromium.ts'
import { portableTests } from './test/support/portable-tests.ts'
import { isolation } from './test/support/static-server.ts'

interface Workspace {
  readonly name: string
  readonly root: string
}

const workspaces: Workspace[] = ['packages', 'apps'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url)).map((name) => ({ name, root: `./${folder}/${name}` })),
)

// Tests import the packages' TypeScript sources; workers and WASM come from their builds.
const conditions = ['@treadle/source', 'import', 'module', 'default']
const inNode = ['node', ...conditions]
export const node = {
  resolve: { conditions: inNode },
  ssr: { resolve: { conditions: inNode, externalConditions: inNode } },
}
/** What property tests draw their cases by: `PROPERTY_SEED=$RANDOM` looks at others. */
const propertySeed = Number(process.env['PROPERTY_SEED'] ?? 1)
// In each project, as `extends` would run this file once for each.
export const common = {
  // A guard against hanging, not a measurement: other work may take the cores for half a minute.
  testTimeout: 90_000,
  hookTimeout: 120_000,
  // `pnpm test:long` runs them.
  exclude: [...configDefaults.exclude, '**/*.long.test.ts'],
  setupFiles: ['same-cases', 'fast-equality'].map((name) =>
    fileURLToPath(new URL(`test/support/${name}.ts`, import.meta.url)),
  ),
  provide: { propertySeed },
  // Decoded pictures of one run of the tests must not be those of the next.
  env: { TREADLE_CACHE_LIMIT: '0' },
}

/** Makes the folder of the packed project, which several test files share. */
export const packedFolder = fileURLToPath(new URL('test/support/packed-folder.ts', import.meta.url))

/**
 * The packages whose tests run in Chromium too: all of their test files that need nothing of Node.js. Files that end in
 * `.browser.test.ts` run only there. Kernels and compiler call nothing of a browser: in Chromium the tests of the
 * runtime, the models and the trainer run their programs.
 */
const portable = [
  'image',
  'optim',
  'runtime',
  'keras',
  'dataset',
  'model',
  'pretrained',
  'export',
  'trainer',
  'experiment',
]

/**
 * Projects whose test files each get fresh modules, because they replace globals, modules or decoders. The others load their
 * modules once for all files, which takes most of the time of a short test.
 */
const isolated = ['image', 'model', 'runtime', 'cli', 'web']

function inChromium({ name, root }: Workspace, executable: string): TestProjectInlineConfiguration {
  return {
    root,
    resolve: { conditions: ['browser', ...conditions] },
    server: { headers: isolation },
    test: {
      ...common,
      name: `${name} in a browser`,
      isolate: isolated.includes(name),
      include: portableTests(fileURLToPath(new URL(root, import.meta.url))),
      browser: {
        enabled: true,
        headless: true,
        // A guard as `testTimeout` is: the first page of a project waits until its dependencies are bundled.
        connectTimeout: 300_000,
        screenshotFailures: false,
        provider: playwright({ launchOptions: launchOptions(executable) }),
        instances: [{ browser: 'chromium', name: `${name} (chromium)` }],
      },
    },
  }
}

const executable = findChromium()
if (executable === undefined) console.warn(`Tests in Chromium are left out: that ${needsChromium}.`)

export default defineConfig({
  test: {
    // By default one core is left free: on two cores, that is half of the machine.
    maxWorkers: '100%',
    projects: [
      ...workspaces.map(({ name, root }) => ({
        ...node,
        root,
        test: {
          ...common,
          name,
          isolate: isolated.includes(name),
          include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: [...common.exclude, '**/*.browser.test.ts'],
        },
      })),
      {
        ...node,
        test: { ...common, name: 'repository', include: ['test/**/*.test.ts'], globalSetup: packedFolder },
      },
      ...(executable === undefined
        ? []
        : workspaces
            .filter(({ name }) => portable.includes(name))
            .map((workspace) => inChromium(workspace, executable))),
    ],
  },
})
