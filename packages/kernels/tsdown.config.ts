import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig({
  ...base,
  entry: {
    index: 'src/index.ts',
    'known-answers': 'src/known-answers/index.ts',
    'platform.node': 'src/platform.node.ts',
    'platform.browser': 'src/platform.browser.ts',
    // For scripts/generate.js.
    manifest: 'src/manifest/index.ts',
  },
  // The binaries are the AssemblyScript compiler's, which runs next.
  clean: ['dist/*.js', 'dist/*.d.ts', 'dist/*.map'],
})
