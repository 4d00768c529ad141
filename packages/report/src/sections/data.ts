import type { DataFinding, LabelledImages } from '@treadle/core'
import type { Block, Column, Fact, List, Section, Table } from '../blocks.ts'
import type { SamplesFigure } from '../figures.ts'
import type { DatasetImages, DatasetSummary } from '../run-report.ts'
import { preprocessingText } from '../preprocessing-text.ts'
import { grouped } from '../words.ts'
import type { SectionDefinition } from './section.ts'

const MOST_SIZES = 12

/** Sizes that are named where there are more. */
const MOST_FREQUENT = 5

/** How the samples of mixup and CutMix are to be read. */
const MIXED = '. Each is mixed with another sample and has the labels of both; its row is its own class'

export const data: SectionDefinition = {
  id: 'data',
  title: 'Data',
  blocks: ({ report }) => dataBlocks(report.dataset),
}

/** The section of a report that describes its images, without a run. */
export function dataSection(dataset: Pick<DatasetSummary, 'images'>): Section {
  return { id: data.id, title: data.title, blocks: dataBlocks(dataset) }
}

function dataBlocks({ images }: Pick<DatasetSummary, 'images'>): Block[] {
  if (images === undefined) return []
  const { classCounts, findings = [], samples, augmented, mixed = false } = images
  const facts = factsOf(images)
  return [
    ...(facts.length > 0 ? [{ kind: 'facts', facts } as const] : []),
    ...(classCounts ? [countsTable(images, classCounts)] : []),
    ...sheet('samples', images, samples, 'as the network sees them'),
    ...sheet('augmented', images, augmented, `augmented as in the first epoch${mixed ? MIXED : ''}`),
    ...(findings.length > 0 ? [findingsList(findings)] : []),
    ...(findings.some(({ files }) => files) ? [filesTable(findings)] : []),
  ]
}

function sheet(
  name: string,
  { classNames }: DatasetImages,
  samples: LabelledImages | undefined,
  how: string,
): SamplesFigure[] {
  if (!samples || samples.count === 0) return []
  const classes = `${new Set(samples.labels).size} of ${classNames.length} classes`
  return [
    {
      kind: 'samples',
      name,
      title: `Samples of each class, ${how}`,
      label: `Samples of ${classes}, ${how}.`,
      classNames,
      images: samples,
    },
  ]
}

function factsOf({ preprocessing, sizes = [] }: DatasetImages): Fact[] {
  return [
    ...(preprocessing ? [['Prepared as', preprocessingText(preprocessing)] as const] : []),
    ...(sizes.length > 0 ? [['Sizes of the files', sizesText(sizes)] as const] : []),
  ]
}

/** All sizes with their counts; of many only those that are frequent, with the range of all. */
function sizesText(sizes: NonNullable<DatasetImages['sizes']>): string {
  const isMany = sizes.length > MOST_SIZES
  const shown = sizes
    .filter(([, count]) => !isMany || count > 1)
    .slice(0, isMany ? MOST_FREQUENT : MOST_SIZES)
    .map(([size, count]) => `${size} (${grouped(count)})`)
  if (!isMany) return shown.join(', ')
  const sides = sizes.map(([size]) => size.split(' × ').map(Number))
  const [wide, high] = [0, 1].map((side) => {
    const all = sides.map((each) => each[side] as number)
    return `${all.reduce((a, b) => Math.min(a, b))} to ${all.reduce((a, b) => Math.max(a, b))}`
  })
  const frequent = shown.length === 0 ? '' : `; most often ${shown.join(', ')}`
  // A data set lists a hundred sizes at most.
  return `${sizes.length < 100 ? sizes.length : 'many'} sizes, ${wide} wide and ${high} high${frequent}`
}

function countsTable(
  { classNames }: DatasetImages,
  counts: NonNullable<DatasetImages['classCounts']>,
): Table {
  const parts = [
    ['training', counts.train],
    ['validation', counts.validation],
    ['test', counts.test],
  ] as const
  const given = parts.flatMap(([name, part]) => (part ? [{ name, part }] : []))
  return {
    kind: 'table',
    title: 'Images of each class',
    columns: [
      { heading: 'class', align: 'left' },
      ...given.map(({ name }): Column => ({ heading: name, align: 'right' })),
    ],
    rows: classNames.map((name, label) => [name, ...given.map(({ part }) => grouped(part[label] ?? 0))]),
    totals: [['all', ...given.map(({ part }) => total(part))]],
  }
}

function findingsList(findings: readonly DataFinding[]): List {
  const ordered = findings.toSorted((a, b) => rank(a) - rank(b))
  return {
    kind: 'list',
    title: 'What was found in the data',
    items: ordered.map(({ level, message }) => (level === 'warning' ? `Warning: ${message}` : message)),
  }
}

const total = (part: readonly number[]) => grouped(part.reduce((sum, count) => sum + count, 0))

const rank = ({ level }: DataFinding) => (level === 'warning' ? 0 : 1)

/** The files of all findings, with their reasons. */
function filesTable(findings: readonly DataFinding[]): Table {
  return {
    kind: 'table',
    title: 'Files concerned',
    columns: [
      { heading: 'file', align: 'left' },
      { heading: 'finding', align: 'left' },
      { heading: 'reason', align: 'left', sentences: true },
    ],
    rows: findings.flatMap(({ code, files = [] }) =>
      files.map(({ name, reason = '' }) => [name, { text: words(code), tone: 'quiet' } as const, reason]),
    ),
  }
}

/** `DATASET_LEFT_OUT` as "left out". */
const words = (code: string) =>
  code
    .replace(/^DATASET_/, '')
    .replaceAll('_', ' ')
    .toLowerCase()
