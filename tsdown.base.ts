import type { TsdownPlugin, UserConfig } from 'tsdown'

/**
 * Built packages import zod/mini as the one file that @treadle/core makes of its ninety modules. Loading those took a
 * third of the time to a first answer in Node. Declarations keep the name.
 */
const zodOfCore: TsdownPlugin = {
  name: 'treadle:zod-of-core',
  resolveId: {
    order: 'pre',
    filter: { id: /^zod\/mini$/ },
    handler: (_, importer) =>
      importer?.endsWith('.d.ts') ? undefined : { id: '@treadle/core/zod', external: true },
  },
}

/** What every package's build shares: ESM only, declarations, one file for each entry point. */
export const base = {
  entry: ['src/index.ts'],
  format: 'esm',
  dts: { sourcemap: true },
  platform: 'neutral',
  target: 'es2023',
  fixedExtension: false,
  sourcemap: true,
  clean: true,
  deps: { neverBundle: [/^node:/, /^#/] },
  plugins: [zodOfCore],
} satisfies UserConfig
