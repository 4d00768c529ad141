import { contenders, familyOf } from './contenders.js'

/** Format of each measurement. `of` extracts the value from a contender's output; `best` says which value is best. */
export const measurements = {
  throughput: {
    title: 'Training steps per second, after warm-up',
    of: ({ value }) => value,
    best: 'largest',
    show: (value) => value.toFixed(value < 10 ? 2 : 0),
  },
  run: {
    title: 'Seconds from process start to the final test accuracy',
    of: ({ wall }) => wall,
    best: 'smallest',
    show: (value) => value.toFixed(1),
    also: {
      heading: 'test accuracy',
      show: (results) => median(results.map(({ value }) => value)).toFixed(4),
    },
  },
  inference: {
    title: 'Milliseconds for 10,000 images, in batches of 1,000',
    of: ({ value }) => value * 1000,
    best: 'smallest',
    show: (value) => value.toFixed(1),
  },
  latency: {
    title: 'Microseconds for one image',
    of: ({ value }) => value * 1e6,
    best: 'smallest',
    show: (value) => value.toFixed(1),
  },
  batches: {
    title: 'Time of an image in steps of 256 images, relative to steps of 32',
    of: ({ value }) => value,
    best: 'smallest',
    show: (value) => value.toFixed(2),
  },
}

/**
 * A Markdown table of medians over rounds, best first, with the range over rounds, the ratio to the best contender, and
 * peak memory.
 * @param {Map<string, any[]>} results
 * @param {{ rounds: string, epochs: string, rows: string, network?: string, rates: number[][] }} settings `rates` of the
 *   machine before and after each round
 */
export function table(measure, results, { rounds, epochs, rows, network, rates }) {
  const { title, best, show, also } = measurements[measure]
  const found = ranked(measure, results)
  const first = found[0]?.middle ?? 1
  const heading = [
    'contender',
    'threads',
    'median',
    'range',
    'ratio to the best',
    'peak MB',
    ...(also ? [also.heading] : []),
    'versions',
  ]
  const lines = found.map(({ name, list, middle, low, high }) => [
    name,
    contenders.find((one) => one.name === name).threads,
    show(middle),
    `${show(low)}–${show(high)}`,
    (best === 'largest' ? first / middle : middle / first).toFixed(2),
    (median(list.map(({ peakMemory }) => peakMemory)) / 1e6).toFixed(0),
    ...(also ? [also.show(list)] : []),
    Object.entries(list[0].versions)
      .map(([what, version]) => `${what} ${version}`)
      .join(', '),
  ])
  const note = measure === 'run' ? `, ${epochs} epochs of ${rows} images` : ''
  return [
    `### ${title}${network === undefined ? '' : `, ${network}`}`,
    '',
    `Medians of ${rounds} rounds in turn${note}; batch size 32. ${rateNote(rates)}`,
    '',
    row(heading),
    row(heading.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...lines.map(row),
  ].join('\n')
}

/**
 * Median rates of Treadle, with 128 bits and with --wide-simd, as a multiple of each peer's, all at their best number of
 * threads. None without a peer.
 * @param {Map<string, any[]>} results
 */
export function peersTable(measure, results) {
  const { best } = measurements[measure]
  const firsts = new Map()
  for (const { name, middle } of ranked(measure, results)) {
    const family = familyOf(name)
    if (!firsts.has(family)) firsts.set(family, { name, middle })
  }
  const own = ['treadle-compiled', 'treadle-wide'].filter((family) => firsts.has(family))
  const peers = [...firsts].filter(([family]) => !own.includes(family))
  if (own.length === 0 || peers.length === 0) return []
  const heading = [
    'at its best number of threads',
    ...own.map((family) => `${firsts.get(family).name}, times it`),
  ]
  const lines = peers.map(([, { name, middle }]) => [
    name,
    ...own.map((family) => {
      const ratio = firsts.get(family).middle / middle
      return (best === 'largest' ? ratio : 1 / ratio).toFixed(2)
    }),
  ])
  return [
    [row(heading), row(heading.map((_, i) => (i === 0 ? '---' : '---:'))), ...lines.map(row)].join('\n'),
  ]
}

/** Medians and ranges of the contenders with results, best first. */
function ranked(measure, results) {
  const { of, best } = measurements[measure]
  return [...results]
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => {
      const numbers = list.map(of)
      return { name, list, middle: median(numbers), low: Math.min(...numbers), high: Math.max(...numbers) }
    })
    .toSorted((a, b) => (best === 'largest' ? b.middle - a.middle : a.middle - b.middle))
}

/** The rate of our product 896×32 · 32×32, which each core reaches while all run it. */
function rateNote(rates) {
  const all = rates.flat().toSorted((a, b) => a - b)
  const [least, most] = [all[0], all.at(-1)].map((rate) => rate.toFixed(1))
  return `Rate of a core by our product before and after each round, all cores at once: median ${median(all).toFixed(1)} GFLOP/s, from ${least} to ${most}.`
}

function row(cells) {
  return `| ${cells.join(' | ')} |`
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
