import type { UserConfig } from 'tsdown'

/** What every package's build shares: ESM only, declarations, one file for each entry point. */
export const base = {
  entry: ['src/index.ts'],
  format: 'esm',
  dts: true,
  platform: 'neutral',
  target: 'es2023',
  fixedExtension: false,
  sourcemap: true,
  clean: true,
  deps: { neverBundle: [/^node:/, /^#/] },
} satisfies UserConfig
