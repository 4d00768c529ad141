import type { PlanRow, ProgramDescription } from '@treadle/compiler'
import type { Output } from '../context.ts'
import { bytes, count, plural } from '../terminal/format.ts'

interface Column {
  readonly heading: string
  readonly right?: true
  readonly of: (row: PlanRow) => string
  readonly total?: (rows: readonly PlanRow[]) => string
}

const flopsOf = (rows: readonly PlanRow[]) => rows.reduce((sum, { flops }) => sum + flops, 0)
const bytesOf = (rows: readonly PlanRow[]) => rows.reduce((sum, row) => sum + row.bytes, 0)
const timeOf = (rows: readonly PlanRow[]) => rows.reduce((sum, { microseconds = 0 }) => sum + microseconds, 0)

/** A thousand operations a microsecond are a GFLOP/s. */
const speedOf = (rows: readonly PlanRow[]) => {
  const [flops, microseconds] = [flopsOf(rows), timeOf(rows)]
  return flops > 0 && microseconds > 0 ? (flops / microseconds / 1000).toFixed(1) : ''
}

/** A column of numbers and their total. */
const figures = (heading: string, of: (rows: readonly PlanRow[]) => string): Column => ({
  heading,
  right: true,
  of: (row) => of([row]),
  total: of,
})

const columns: readonly Column[] = [
  { heading: 'phase', right: true, of: ({ phase }) => String(phase + 1) },
  { heading: 'layer', of: ({ layer }) => layer, total: (rows) => plural(rows.length, 'instruction') },
  { heading: 'instruction', of: ({ instruction }) => instruction },
  { heading: 'shape', of: ({ shape }) => shape },
  figures('FLOPs', (rows) => count(Math.round(flopsOf(rows)))),
  figures('bytes', (rows) => count(Math.round(bytesOf(rows)))),
]

const profiled: readonly Column[] = [
  figures('µs', (rows) => timeOf(rows).toFixed(1)),
  figures('GFLOP/s', speedOf),
]

/** Where an instruction is not shared, in words. */
const sharing: Column = { heading: '', of: ({ serial }) => (serial ? 'one thread' : '') }

/** The plan as an aligned table with totals, and a line on what it takes. */
export function planTable(plan: ProgramDescription, { colors }: Pick<Output, 'colors'>): string {
  const { rows, arenaBytes, unsharedBytes, meetings, batchSize } = plan
  const timed = rows.some(({ microseconds }) => microseconds !== undefined)
  const shown = [...columns, ...(timed ? profiled : []), sharing]
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
  return [
    colors.bold(lines[0] as string),
    ...lines.slice(1, -1),
    colors.bold(lines.at(-1) as string),
    '',
    `A step has ${plural(batchSize, 'row')}; threads meet ${plural(meetings, 'time')}. ` +
      `It works in ${bytes(arenaBytes)}, ${bytes(unsharedBytes)} if no room were used twice.`,
  ].join('\n')
}
