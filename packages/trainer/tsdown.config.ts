import { defineConfig } from 'tsdown'
import { base } from '../../tsdown.base.ts'

export default defineConfig({
  ...base,
  entry: {
    index: 'src/index.ts',
    augmentation: 'src/augmentation/index.ts',
    'platform.node': 'src/platform.node.ts',
    'platform.browser': 'src/platform.browser.ts',
  },
})
