import { grouped, percent, plural } from '../words.ts'
import type { SectionDefinition } from './section.ts'

const most = 30

export const mistakes: SectionDefinition = {
  id: 'mistakes',
  title: 'Most confident mistakes',
  blocks({ tested }) {
    if (tested?.kind !== 'classifier') return []
    const { classNames, labels } = tested.test
    const { predictions, confidence } = tested.analysis
    const wrong = [...labels.keys()]
      .filter((sample) => labels[sample] !== predictions[sample])
      .toSorted((a, b) => (confidence[b] as number) - (confidence[a] as number))
    if (wrong.length === 0) return []
    const shown = wrong.slice(0, most)
    const nameOf = (index: number | undefined) => classNames[index as number] as string
    const order =
      shown.length < wrong.length
        ? `These are the ${shown.length} with the highest confidence.`
        : 'The highest confidence comes first.'
    const text = `${grouped(wrong.length)} of ${plural(labels.length, 'test sample')} are classified wrongly. ${order}`
    return [
      { kind: 'prose', text },
      {
        kind: 'gallery',
        name: 'mistakes',
        title: 'Most confident mistakes',
        label: `${plural(shown.length, 'test sample')} that the network classifies wrongly, the most confident first.`,
        items: shown.map((sample) => ({
          sample,
          title: nameOf(labels[sample]),
          note: `predicted as ${nameOf(predictions[sample])}, ${percent(confidence[sample] as number, 1)}`,
        })),
      },
    ]
  },
}
