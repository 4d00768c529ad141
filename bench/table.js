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
}

/**
 * A Markdown table of medians over rounds, best first, with the range over rounds, the ratio to the best contender, and
 * peak memory.
 * @param {Map<string, any[]>} results
 */
export function table(measure, results, { rounds, epochs, rows }) {
  const { title, of, best, show, also } = measurements[measure]
  const found = [...results]
    .filter(([, list]) => list.length > 0)
    .map(([name, list]) => {
      const numbers = list.map(of)
      return { name, list, middle: median(numbers), low: Math.min(...numbers), high: Math.max(...numbers) }
    })
    .toSorted((a, b) => (best === 'largest' ? b.middle - a.middle : a.middle - b.middle))
  const first = found[0]?.middle ?? 1
  const heading = [
    'contender',
    'median',
    'range',
    'ratio to the best',
    'peak MB',
    ...(also ? [also.heading] : []),
    'versions',
  ]
  const lines = found.map(({ name, list, middle, low, high }) => [
    name,
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
    `### ${title}`,
    '',
    `Medians of ${rounds} rounds in turn${note}; batch size 32.`,
    '',
    row(heading),
    row(heading.map((_, i) => (i === 0 ? '---' : '---:'))),
    ...lines.map(row),
  ].join('\n')
}

function row(cells) {
  return `| ${cells.join(' | ')} |`
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}
