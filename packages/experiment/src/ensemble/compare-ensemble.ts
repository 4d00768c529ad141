import { TreadleError, checkArgument } from '@treadle/core'
import type { ClassifierTest, RunReport, RunsComparison } from '@treadle/report'
import { readComparison } from '../compare/read-comparison.ts'
import { historyOf } from '../record/history.ts'
import { toRunReport } from '../report/run-report.ts'
import { checkRuns } from '../store/check-run.ts'
import type { Run } from '../store/run.ts'
import { averaged, meanLogLoss } from './choose-weights.ts'

const bad = (problem: string) => new TreadleError('EXPERIMENT_BAD_ENSEMBLE', `An ensemble: ${problem}`)

/**
 * Compares the runs with their ensemble, the last one, on the test samples, from their predictions.
 * @param weights of the runs, which sum to 1
 * @throws TreadleError `EXPERIMENT_BAD_ENSEMBLE` unless all runs are classifiers that were tested on the same samples
 */
export async function compareEnsemble(
  runs: readonly Run[],
  weights: readonly number[],
): Promise<RunsComparison> {
  checkRuns('compareEnsemble', runs)
  checkArgument('compareEnsemble', 'weights', weights, 'list')
  if (runs.length < 2 || weights.length !== runs.length)
    throw bad(
      `there must be at least two runs, and a weight for each, but there are ${runs.length} runs and ${weights.length} weights.`,
    )
  const comparison = await readComparison(runs)
  const tests = comparison.runs.map(({ name, report }) => {
    if (report.test?.kind === 'classifier') return report.test
    throw bad(`${name} has no predictions of classes. Test it first, or leave it out.`)
  })
  const other = comparison.groups.find(({ differs }) => differs !== undefined)
  if (other)
    throw bad(
      `${comparison.runs[other.runs[0] ?? 0]?.name} was tested on other data than the rest: ${other.differs}. Leave it out.`,
    )
  const report = reportOf(
    comparison.runs.map((run) => run.report),
    tests,
    weights,
  )
  return {
    runs: [...comparison.runs, { name: 'ensemble', report }],
    differences: comparison.differences.map((one) => ({ ...one, values: [...one.values, undefined] })),
    groups: [{ runs: [...runs.keys(), runs.length] }],
  }
}

/**
 * Compares models of one run, its snapshots, with their ensemble, the last one, on the test samples.
 * @param tests of the members
 * @param weights of the members, which sum to 1
 * @throws TreadleError `EXPERIMENT_BAD_ENSEMBLE` unless there are two members or more, and a weight for each
 */
export async function compareSnapshots(
  run: Run,
  tests: readonly ClassifierTest[],
  weights: readonly number[],
): Promise<RunsComparison> {
  checkRuns('compareSnapshots', [run])
  checkArgument('compareSnapshots', 'tests', tests, [{ kind: 'string', loss: 'number' }])
  checkArgument('compareSnapshots', 'weights', weights, 'list')
  if (tests.length < 2 || weights.length !== tests.length)
    throw bad(
      `there must be at least two snapshots, and a weight for each, but there are ${tests.length} snapshots and ${weights.length} weights.`,
    )
  const history = historyOf(await run.readHistory())
  const reports = await Promise.all(tests.map((test) => toRunReport(run.record, { history, test })))
  const members = reports.map((report, i) => ({ name: `snapshot ${i + 1}`, report }))
  return {
    runs: [...members, { name: 'ensemble', report: reportOf(reports, tests, weights) }],
    differences: [],
    groups: [{ runs: [...members.keys(), members.length] }],
  }
}

function reportOf(
  members: readonly RunReport[],
  tests: readonly ClassifierTest[],
  weights: readonly number[],
): RunReport {
  const probabilities = averaged(
    tests.map((test) => test.probabilities),
    weights,
  )
  const [first, test] = [members[0] as RunReport, tests[0] as ClassifierTest]
  const total = (of: (report: RunReport) => number) => members.reduce((sum, report) => sum + of(report), 0)
  const { dataset, backend, executor, seed, batchSize, versions } = first
  return {
    model: {
      name: 'ensemble',
      layers: [],
      parameters: {
        total: total(({ model }) => model.parameters.total),
        trainable: total(({ model }) => model.parameters.trainable),
        nonTrainable: total(({ model }) => model.parameters.nonTrainable),
      },
    },
    dataset,
    backend,
    executor,
    seed,
    batchSize,
    versions,
    epochs: 0,
    options: {},
    stopped: 'finished',
    seconds: total(({ seconds }) => seconds),
    history: { loss: [] },
    test: { ...test, probabilities, loss: meanLogLoss(probabilities, test.labels) },
  }
}
