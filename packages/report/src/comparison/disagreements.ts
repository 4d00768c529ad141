import type { TestedRun } from '../analysis/run.ts'

/** A test sample that not all classifiers classify alike. */
export interface Disagreement {
  /** Index of the test sample. */
  readonly sample: number
  /** True class index. */
  readonly label: number
  /** Predicted class index and its probability, one for each run of the group. */
  readonly answers: readonly { readonly predicted: number; readonly confidence: number }[]
}

/**
 * The samples on which classifiers disagree. Those on which all of them are confident come first: of each sample the
 * lowest confidence counts.
 */
export function disagreementsOf(runs: readonly TestedRun[]): Disagreement[] {
  const classifiers = runs.filter((run) => run.kind === 'classifier')
  const [first, ...others] = classifiers
  if (first === undefined || others.length === 0) return []
  const differs = (sample: number) =>
    others.some(({ analysis }) => analysis.predictions[sample] !== first.analysis.predictions[sample])
  const lowest = ({ answers }: Disagreement) => Math.min(...answers.map(({ confidence }) => confidence))
  return [...first.test.labels.entries()]
    .filter(([sample]) => differs(sample))
    .map(([sample, label]) => ({
      sample,
      label,
      answers: classifiers.map(({ analysis }) => ({
        predicted: analysis.predictions[sample] as number,
        confidence: analysis.confidence[sample] as number,
      })),
    }))
    .toSorted((a, b) => lowest(b) - lowest(a))
}
