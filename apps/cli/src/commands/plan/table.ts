import type { PlanRow } from '@treadle/compiler'
import type { Output } from '../../context.ts'
import { bytes, count, plural } from '../../terminal/format.ts'
import type { Plan } from './compile.ts'

interface Column {
  readonly heading: string
  /** On a narrow terminal the column with the lowest rank is dropped first. A column without a rank stays. */
  readonly rank?: number
  readonly right?: true
  readonly of: (row: PlanRow) => string
  readonly total?: (rows: readonly PlanRow[]) => string
}

const flopsOf = (rows: readonly PlanRow[]) => rows.reduce((sum, { flops }) => sum + flops, 0)
const bytesOf = (rows: readonly PlanRow[]) => rows.reduce((sum, row) => sum + row.bytes, 0)
const timeOf = (rows: readonly PlanRow[]) => rows.reduce((sum, { microseconds = 0 }) => sum + microseconds, 0)

/** 1,000 operations per microsecond are 1 GFLOP/s. `undefined` without operations or time. */
const rateOf = (rows: readonly PlanRow[]) => {
  const [flops, microseconds] = [flopsOf(rows), timeOf(rows)]
  return flops > 0 && microseconds > 0 ? flops / microseconds / 1000 : undefined
}

const thousands = (value: number) => {
  if (value === 0) return ''
  return value < 9950 ? (value / 1000).toFixed(1) : count(Math.round(value / 1000))
}

/** A column of numbers and their total. */
const numbers = (heading: string, of: (rows: readonly PlanRow[]) => string, rank?: number): Column => ({
  heading,
  ...(rank !== undefined && { rank }),
  right: true,
  of: (row) => of([row]),
  total: of,
})

const columns: readonly Column[] = [
  { heading: 'phase', right: true, of: ({ phase }) => String(phase + 1) },
  { heading: 'layer', of: ({ layer }) => layer, total: (rows) => plural(rows.length, 'instruction') },
  { heading: 'instruction', of: ({ instruction }) => instruction },
  { heading: 'shape', rank: 2, of: ({ shape }) => shape },
  { heading: 'layout', rank: -1, of: ({ layout = '' }) => layout },
  { heading: 'method', rank: 2, of: ({ method = '' }) => method },
  numbers('kFLOPs', (rows) => thousands(flopsOf(rows)), 3),
  numbers('kB', (rows) => thousands(bytesOf(rows)), 1),
]

/** @param productRate GFLOP/s of this machine's product */
const profiled = (productRate: number): readonly Column[] => [
  numbers('µs', (rows) => timeOf(rows).toFixed(1)),
  numbers('GFLOP/s', (rows) => rateOf(rows)?.toFixed(1) ?? ''),
  numbers(
    'of product',
    (rows) => {
      const rate = rateOf(rows)
      return rate === undefined ? '' : `${((100 * rate) / productRate).toFixed(0)} %`
    },
    4,
  ),
]

/** Marks an instruction that is not shared among threads. */
const sharing: Column = { heading: '', rank: 0, of: ({ serial }) => (serial ? 'one thread' : '') }

/** The plan as an aligned table with totals, and a line about barriers and memory. */
export function planTable(
  plan: Plan,
  { colors, columns: width, isTTY }: Pick<Output, 'colors' | 'columns' | 'isTTY'>,
): string {
  const { rows, arenaBytes, unsharedBytes, meetings, batchSize, productRate } = plan
  const convolved = rows.some(({ method }) => method !== undefined)
  const all = [
    ...columns.filter(({ heading }) => heading !== 'method' || convolved),
    ...(productRate === undefined ? [] : profiled(productRate)),
    sharing,
  ]
  const lines = fitting(all, rows, isTTY ? width : Infinity)
  return [
    colors.bold(lines[0] as string),
    ...lines.slice(1, -1),
    colors.bold(lines.at(-1) as string),
    '',
    `One step: ${plural(batchSize, 'sample')}, ${plural(meetings, 'barrier')}. ` +
      `Working memory on one thread: ${bytes(arenaBytes)} (${bytes(unsharedBytes)} without reuse of buffers).`,
    ...(productRate === undefined ? [] : [rateNote(productRate, convolved)]),
  ].join('\n')
}

/** What the column “of product” compares with. */
function rateNote(productRate: number, convolved: boolean): string {
  const product = `The product 896×32 · 32×32 reaches ${productRate.toFixed(1)} GFLOP/s on one thread of this machine.`
  return convolved
    ? `${product} A convolution counts the operations of the direct method: by Winograd it can exceed 100 %.`
    : product
}

/** The heading, a line for each instruction and the totals, with as many columns as fit in `width`. */
function fitting(shown: readonly Column[], rows: readonly PlanRow[], width: number): string[] {
  const cells = [
    shown.map(({ heading }) => heading),
    ...rows.map((row) => shown.map(({ of }) => of(row))),
    shown.map(({ total }) => total?.(rows) ?? ''),
  ]
  const widths = shown.map((_, i) => Math.max(...cells.map((line) => (line[i] as string).length)))
  const lines = cells.map((line) =>
    shown
      .map(({ right }, i) => (line[i] as string)[right ? 'padStart' : 'padEnd'](widths[i] as number))
      .join('  ')
      .trimEnd(),
  )
  const least = Math.min(...shown.map(({ rank = Infinity }) => rank))
  if (least === Infinity || lines.every((line) => line.length <= width)) return lines
  return fitting(
    shown.filter(({ rank }) => rank !== least),
    rows,
    width,
  )
}
