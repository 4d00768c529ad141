import type { TestGroup } from '@treadle/report'
import { splitSeed } from '../recipe/split-seed.ts'
import type { TestOutputs } from '../record/predictions.ts'
import type { RunRecord } from '../record/record.ts'

/** What decides whether two runs were tested on the same samples. */
export interface TestData {
  readonly record: RunRecord
  /** Undefined if the run was not tested. */
  readonly outputs: TestOutputs | undefined
}

interface Tested extends TestData {
  readonly outputs: TestOutputs
}

/** The tested runs in groups, each of runs that were tested on the same samples. The largest comes first. */
export function testGroups(runs: readonly TestData[]): TestGroup[] {
  const groups: { runs: number[]; example: Tested }[] = []
  for (const [index, run] of runs.entries()) {
    if (!isTested(run)) continue
    const same = groups.find(({ example }) => testDifference(example, run) === undefined)
    if (same) same.runs.push(index)
    else groups.push({ runs: [index], example: run })
  }
  const ordered = groups.toSorted((a, b) => b.runs.length - a.runs.length)
  return ordered.map(({ runs: members, example }) => {
    const differs = testDifference((ordered[0] as { example: Tested }).example, example)
    return { runs: members, ...(example !== ordered[0]?.example && differs !== undefined && { differs }) }
  })
}

const isTested = (run: TestData): run is Tested => run.outputs !== undefined

/** How the test data of `other` differ from those of `one`; undefined if they are the same samples. */
function testDifference(one: Tested, other: Tested): string | undefined {
  const [{ dataset }, { dataset: otherDataset }] = [one.record, other.record]
  if (one.outputs.kind !== other.outputs.kind) return 'one predicts classes, the other a number'
  if (!sameList(dataset.names, otherDataset.names)) return 'other classes or targets'
  const [labels, otherLabels] = [labelsOf(one.outputs), labelsOf(other.outputs)]
  if (labels.length !== otherLabels.length) return `${otherLabels.length} test samples, not ${labels.length}`
  if (!sameList(labels, otherLabels)) return 'the test samples have other labels, or another order'
  return checksumDifference(one.record, other.record)
}

const labelsOf = (outputs: TestOutputs) => (outputs.kind === 'classifier' ? outputs.labels : outputs.targets)

function sameList<Item>(one: ArrayLike<Item>, other: ArrayLike<Item>): boolean {
  return one.length === other.length && Array.from(one).every((item, i) => item === other[i])
}

/** Equal labels do not prove equal samples: the checksums do. */
function checksumDifference(one: RunRecord, other: RunRecord): string | undefined {
  const [sums, otherSums] = [testSums(one.dataset.source.sha256), testSums(other.dataset.source.sha256)]
  if (sums.size === 0 || otherSums.size === 0)
    return 'the data have no checksums, so that it is not known whether they are the same'
  const changed = [...new Set([...sums.keys(), ...otherSums.keys()])].filter(
    (name) => sums.get(name) !== otherSums.get(name),
  )
  if (changed.length > 0) return `other files or samples (${changed.join(', ')})`
  return drawDifference(one, other)
}

/** The test samples of a table are drawn from one file by the seed. */
function drawDifference(one: RunRecord, other: RunRecord): string | undefined {
  if (one.dataset.kind !== 'table') return undefined
  const [a, b] = [one.recipe, other.recipe]
  if (splitSeed(a) !== splitSeed(b))
    return `the test samples are drawn by the seed, which is ${splitSeed(b)}, not ${splitSeed(a)}`
  if (a.data.testSplit !== b.data.testSplit)
    return `the share of test samples is ${b.data.testSplit}, not ${a.data.testSplit}`
  return undefined
}

/** Checksums of samples, as `digestSamples` of @treadle/dataset names them. */
const SAMPLES = /^(train|validation|test)-(images|labels|features|targets)$/
/** Files in MNIST's format that hold no test samples. */
const TRAINING_FILE = /train[-_.](images|labels)[-_.]idx\d/i

/**
 * The checksums that concern the test samples: of the files, which do not depend on how their images are prepared, or
 * of the samples where no file has a checksum.
 */
function testSums(sha256: Readonly<Record<string, string>>): Map<string, string> {
  const all = Object.entries(sha256)
  const files = all.filter(([name]) => !SAMPLES.test(name) && !TRAINING_FILE.test(name))
  return new Map(files.length > 0 ? files : all.filter(([name]) => name.startsWith('test-')))
}
