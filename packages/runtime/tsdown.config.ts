import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'
import { takeBackend } from './scripts/take-backend.ts'

export default defineConfig({
  ...base,
  entry: [
    'src/index.ts',
    'src/platform.node.ts',
    'src/platform.browser.ts',
    'src/pool-platform.node.ts',
    'src/pool-platform.browser.ts',
    'src/wide-simd.node.ts',
    'src/wide-simd.browser.ts',
    'src/pool/worker.node.ts',
    'src/pool/worker.browser.ts',
  ],
  deps: { neverBundle: [...base.deps.neverBundle, /\/dist\/wasm\//] },
  // The build overwrites files in place under fixed names, so programs that run meanwhile find every file.
  clean: false,
  outputOptions: { chunkFileNames: '[name].js' },
  onSuccess: takeBackend,
})
