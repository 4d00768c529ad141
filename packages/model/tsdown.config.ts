import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig({
  ...base,
  entry: {
    index: 'src/index.ts',
    classifier: 'src/classifier.ts',
    compiled: 'src/compiled.ts',
    'models/index': 'src/models/index.ts',
    'training-statistics/statistics': 'src/training-statistics/statistics.ts',
    'platform.node': 'src/platform.node.ts',
    'platform.browser': 'src/platform.browser.ts',
  },
  // One file for each source: a bundler drops those that import tfjs from a page with a `Classifier`.
  unbundle: true,
})
