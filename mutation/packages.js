/**
 * The packages whose tests are measured: the packages with tests that cover them, and test files that are left out
 * because they run the built packages in processes of their own, where no mutant is active.
 *
 * @type {Record<string, { tests: readonly string[], without?: readonly string[] }>}
 */
export const measured = {
  core: { tests: ['core'] },
  metrics: { tests: ['metrics'] },
  optim: { tests: ['optim'] },
  image: { tests: ['image'] },
  dataset: {
    tests: ['dataset'],
    without: ['dataset/test/processes.test.ts', 'dataset/test/descriptors.test.ts'],
  },
  keras: { tests: ['keras', 'model'], without: ['model/test/killed.test.ts'] },
  trainer: { tests: ['trainer'] },
  experiment: { tests: ['experiment'], without: ['experiment/test/killed.test.ts'] },
  model: { tests: ['model'], without: ['model/test/killed.test.ts'] },
}
