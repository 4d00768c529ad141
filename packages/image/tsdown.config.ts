import { fileURLToPath } from 'node:url'
import type { TsdownPlugin, UserConfig } from 'tsdown'
import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

/**
 * Takes out of the WebP decoder's JavaScript what is not for every host. It assigns to `import.meta.url`, which is no variable
 * once a bundler has put the address in its place (Next.js with webpack fails), and it looks for the binary beside itself,
 * which has no address in a single file. src/webp/libwebp.ts gives it the binary.
 */
const forEveryHost: TsdownPlugin = {
  name: 'treadle:decoders-for-every-host',
  transform: {
    filter: { id: /@jsquash\/\w+\/codec\/dec\/\w+_dec\.js$/ },
    handler(code, id) {
      const edits: [RegExp, string][] = [
        [/if\(isRunningInCloudFlareWorkers\|\|isRunningInNode\)\{.*?\}(?=var moduleOverrides)/s, ''],
        [/new URL\(("\w+\.wasm"),import\.meta\.url\)\.href/, '$1'],
        [/var _scriptDir = import\.meta\.url;/, 'var _scriptDir;'],
      ]
      for (const [find, by] of edits) {
        if (!find.test(code)) throw new Error(`${id}: ${find} is not found. Adapt tsdown.config.ts.`)
        code = code.replace(find, by)
      }
      if (code.includes('import.meta')) throw new Error(`${id}: import.meta is left. Adapt tsdown.config.ts.`)
      return { code, map: null }
    },
  },
}

const own = { ...base, plugins: [...base.plugins, forEveryHost] } satisfies UserConfig

/**
 * The worker of a page is one file: an import map does not apply to workers, and Vite up to 7 makes classic scripts of
 * workers, which have no other chunks.
 */
const workerOfPage: UserConfig = {
  ...own,
  entry: { 'decoding-worker.browser': 'src/decoders/worker.browser.ts' },
  dts: false,
  clean: false,
  platform: 'browser',
  alias: { '#platform': fileURLToPath(new URL('src/platform.browser.ts', import.meta.url)) },
  deps: { alwaysBundle: [/./], onlyBundle: false },
  outputOptions: { codeSplitting: false },
}

export default defineConfig([
  {
    ...own,
    entry: [
      'src/index.ts',
      'src/decoders.ts',
      'src/views/views.ts',
      'src/platform.node.ts',
      'src/platform.browser.ts',
      'src/decoders-platform.node.ts',
      'src/decoders-platform.browser.ts',
      'src/decoders/worker.node.ts',
    ],
    // The decoders' binaries, which are looked for beside the modules.
    copy: [
      'codecs/jpeg_decoder.wasm',
      'codecs/jpeg_decoder_scalar.wasm',
      'codecs/LICENSES.txt',
      'node_modules/@jsquash/webp/codec/dec/webp_dec.wasm',
      'NOTICE.txt',
    ],
  },
  workerOfPage,
])
