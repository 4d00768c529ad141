import { fileURLToPath } from 'node:url'
import { type TsdownPlugin, defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

/** Bundles zod/mini without the 50 languages of its error messages, of which none is used. */
const zodInOneFile: TsdownPlugin = {
  name: 'treadle:zod-in-one-file',
  resolveId: {
    order: 'pre',
    filter: { id: /^zod\/mini$/ },
    handler: (id, importer) =>
      importer?.endsWith('.d.ts') ? undefined : fileURLToPath(import.meta.resolve(id)),
  },
  load: {
    filter: { id: /\/zod\/.*\/locales\/index\.js$/ },
    handler: () => 'export {}',
  },
}

export default defineConfig([
  { ...base, entry: { index: 'src/index.ts', node: 'src/node/index.ts' } },
  {
    ...base,
    entry: { zod: 'src/zod.ts' },
    plugins: [zodInOneFile],
    deps: { ...base.deps, onlyBundle: ['zod'] },
    copy: [{ from: 'node_modules/zod/LICENSE', to: 'dist', rename: 'zod-LICENSE.txt' }],
    dts: true,
    sourcemap: false,
    clean: ['dist/zod*'],
  },
])
