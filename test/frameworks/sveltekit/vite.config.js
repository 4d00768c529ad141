import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'

export default {
  plugins: [sveltekit({ adapter: adapter(), files: { assets: 'public' } })],
  // Node loads the package, which finds its binaries beside its modules.
  ssr: { external: ['@treadle/model'] },
}
