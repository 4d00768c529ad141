import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig({
  ...base,
  entry: {
    index: 'src/index.ts',
    recipe: 'src/recipe/index.ts',
    flags: 'src/flags.ts',
    loggers: 'src/loggers/index.ts',
    sweep: 'src/sweep/index.ts',
    'sweep-worker': 'src/sweep/workers/process.ts',
    'platform.node': 'src/platform.node.ts',
    'platform.browser': 'src/platform.browser.ts',
  },
})
