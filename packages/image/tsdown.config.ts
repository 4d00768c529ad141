import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig({
  ...base,
  entry: ['src/index.ts', 'src/platform.node.ts', 'src/platform.browser.ts'],
  // The decoders' binaries, which their JavaScript, bundled into a chunk, looks for beside itself.
  copy: [
    'node_modules/@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
    'node_modules/@jsquash/webp/codec/dec/webp_dec.wasm',
    'NOTICE.txt',
  ],
})
