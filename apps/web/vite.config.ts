import { type Plugin, defineConfig } from 'vite'
// By its path, since this file runs before any package is built.
import { fashionMnistInfo } from '../../packages/dataset/src/fashion-mnist/info.ts'
import { licenceFile } from './licence-file.ts'
import { contentSecurityPolicy, isolationHeaders, serverHeaders } from './src/headers.ts'

const policy = contentSecurityPolicy(fashionMnistInfo.mirrors)

/** Built pages carry their policy along, for hosts that send none. The development server needs inline scripts. */
const policyInPage: Plugin = {
  name: 'treadle:policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
      injectTo: 'head-prepend',
    },
  ],
}

const licences = licenceFile()

export default defineConfig({
  // Works in any folder of any host.
  base: './',
  plugins: [policyInPage, licences.page],
  // The packages' sources: one build, whatever state their own builds are in.
  resolve: { conditions: ['@treadle/source', 'module', 'browser', 'development|production'] },
  worker: { format: 'es', plugins: licences.worker },
  // What only the worker imports would be found late, and make the development server reload the page.
  optimizeDeps: { entries: ['index.html', 'src/engine/worker.ts'] },
  build: {
    target: 'es2023',
    // Files under 4 kB would become data URLs, which the policy forbids to workers.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'src/service-worker.ts' },
      output: {
        // A service worker keeps its address over all versions.
        entryFileNames: ({ name }) =>
          name === 'service-worker' ? 'service-worker.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  server: { headers: isolationHeaders },
  preview: { headers: serverHeaders(policy) },
})
