const name = process.env.MUTATION_PACKAGE
const every = process.env.MUTATION_EVERY ?? '1'

export default {
  testRunner: 'vitest-by-file',
  plugins: [new URL('vitest-runner.js', import.meta.url).pathname],
  coverageAnalysis: 'perTest',
  mutate: [`packages/${name}/src/**/*.ts`, '!**/*.test.ts', '!**/*.d.ts', '!**/generated/**'],
  ignorePatterns: ['/build', '/runs', '/docs/images', '.turbo', '/bench', '/fuzz'],
  tempDirName: 'build/.mutation',
  reporters: ['progress-append-only', 'json', 'html'],
  jsonReporter: { fileName: `build/mutation/${name}.json` },
  htmlReporter: { fileName: `build/mutation/${name}.html` },
  incremental: every === '1',
  incrementalFile: `build/mutation/${name}.incremental.json`,
  timeoutMS: 30_000,
  concurrency: Number(process.env.MUTATION_CONCURRENCY ?? 2),
  // The lines that turn type checks off would move the others.
  disableTypeChecks: false,
}
