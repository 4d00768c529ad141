import type { Block } from '../../blocks.ts'
import type { GalleryItem } from '../../figures.ts'
import { grouped, percent, plural } from '../../words.ts'
import type { AnalysedGroup, ComparisonAnalysis } from '../analysis.ts'
import type { Disagreement } from '../disagreements.ts'
import type { ComparisonSection } from './section.ts'

const most = 30

export const disagreements: ComparisonSection = {
  id: 'disagreements',
  title: 'Disagreements',
  blocks: (comparison) => comparison.groups.flatMap((group, g) => groupBlocks(comparison, group, g === 0)),
}

/** Images belong to the test data of the first group: only its samples can be shown. */
function groupBlocks({ runs }: ComparisonAnalysis, group: AnalysedGroup, isFirst: boolean): Block[] {
  const compared = group.runs.flatMap((index) => runs[index] ?? [])
  const tested = compared[0]?.tested
  if (tested?.kind !== 'classifier' || compared.length < 2) return []
  const names = compared.map(({ label }) => label).join(', ')
  const { classNames, labels } = tested.test
  const shown = group.disagreements.slice(0, most)
  const order =
    shown.length < group.disagreements.length
      ? ` These are the ${shown.length} with the highest confidence of all runs.`
      : ''
  const text = `${names}: ${grouped(group.disagreements.length)} of ${plural(labels.length, 'test sample')} are not classified alike.${order}`
  if (shown.length === 0) return [{ kind: 'prose', text }]
  const items = shown.map((each) =>
    itemOf(
      each,
      classNames,
      compared.map(({ label }) => label),
    ),
  )
  if (!isFirst)
    return [
      {
        kind: 'list',
        title: text,
        items: items.map(({ sample, title, note }) => `${title}, ${note} (test sample ${sample})`),
      },
    ]
  return [
    { kind: 'prose', text },
    {
      kind: 'gallery',
      name: 'disagreements',
      title: 'Disagreements',
      label: `${plural(shown.length, 'test sample')} that the runs do not classify alike, the most confident first.`,
      items,
    },
  ]
}

/** Runs with one answer are named together: `A, C Coat 91.2 %`. */
function itemOf(
  { sample, label, answers }: Disagreement,
  classNames: readonly string[],
  runLabels: readonly string[],
): GalleryItem {
  const byClass = new Map<number, { runs: string[]; confidence: number }>()
  answers.forEach(({ predicted, confidence }, run) => {
    const same = byClass.get(predicted)
    const name = runLabels[run] as string
    byClass.set(predicted, {
      runs: [...(same?.runs ?? []), name],
      confidence: Math.min(same?.confidence ?? 1, confidence),
    })
  })
  const parts = [...byClass].map(
    ([predicted, { runs, confidence }]) =>
      `${runs.join(', ')}: ${classNames[predicted]} ${percent(confidence, 1)}`,
  )
  return { sample, title: classNames[label] as string, note: parts.join('; ') }
}
