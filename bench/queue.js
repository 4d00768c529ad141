import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { connectQueue } from '@treadle/queue'
import { startRedis, startWorker } from './queue/machine.js'
import { constants, costs, efficiency, median, overhead, pruning, sizes } from './queue/measures.js'
import { writeResults } from './results.js'

const usage = `node bench/queue.js [options]: measures what a queue in Redis costs

  --rounds N    pairs of trials, and pruned trials (default 15)
  --trials N    trials of a packing (default 8)
  --epochs N    of its trials (default 20)
  --seconds N   for which Redis is watched (default 10)
  --write       adds the tables to bench/RESULTS.md, and gives bench/queue-simulation.js its constants`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    trials: { type: 'string', default: '8' },
    epochs: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const ms = (value) => `${value.toFixed(0)} ms`
const range = (all) => `${ms(median(all))} (${ms(Math.min(...all))} to ${ms(Math.max(...all))})`

const say = (what, facts) => console.error(what, JSON.stringify(facts))

/** A row about Redis: what was spent, for one of `count`. */
const factsOf = (name, spent, count) => {
  const all = ['commands', 'bytesIn', 'bytesOut', 'cpu', 'coordinator'].map((key) => spent[key] / count)
  return [name, ...all.map((value, i) => value.toFixed(i < 3 ? 0 : 5))]
}

/** A worker and a queue of another database, with a folder of checkpoints. */
async function withFolder(url, checkpoints, use) {
  const worker = await startWorker(`${url}/1`, checkpoints)
  const queue = await connectQueue(`${url}/1`, { checkpoints })
  try {
    return await use(queue)
  } finally {
    await queue.close()
    await worker.end()
  }
}

async function run() {
  const [rounds, trials, epochs, seconds] = [values.rounds, values.trials, values.epochs, values.seconds].map(
    Number,
  )
  const folder = await mkdtemp(join(tmpdir(), 'treadle-bench-runs-'))
  const server = await startRedis()
  const worker = await startWorker(server.url)
  const queue = await connectQueue(server.url)
  const common = { server, queue, worker, folder, rounds }
  const before = loadavg()[0]
  try {
    const pairs = await overhead({ ...common, epochs: 2 })
    const added = pairs.map((pair) => pair.queue - pair.local)
    say('pairs', pairs)
    const delays = await pruning(common)
    say('pruned', delays)
    const watched = { ...common, trials: rounds, seconds }
    const inRedis = await constants(watched)
    const inFolder = await withFolder(server.url, join(folder, 'checkpoints'), (other) =>
      constants({ ...watched, queue: other, folder: join(folder, 'other') }),
    )
    const { result, job, bytes, connections } = await sizes(server)
    say('Redis', { inRedis, inFolder, result, job, bytes, connections })
    const packings = []
    for (const workers of [1, 2])
      packings.push({ workers, all: await efficiency({ ...common, workers, trials, epochs, rounds: 3 }) })

    const rows = [
      ['a trial of 2 epochs in a thread of this process', range(pairs.map(({ local }) => local)), ''],
      ['the same with the queue', range(pairs.map((pair) => pair.queue)), ''],
      ['what the queue adds, pair by pair', range(added), '≤ 100 ms'],
      [
        'from the decision to prune to the end of the training',
        range(delays.map(({ stopped }) => stopped)),
        '< 1,000 ms',
      ],
      ['and until the sweep has the pruned trial', range(delays.map(({ returned }) => returned)), ''],
      ...packings.map(({ workers, all }) => {
        const ratios = all.map((each) => each.packed / each.queue)
        const trial = median(all.map(({ packed }) => (packed * workers) / trials))
        return [
          `efficiency of ${workers} worker${workers > 1 ? 's' : ''}, trials of ${trial.toFixed(1)} s`,
          `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)})`,
          '≥ 0.9',
        ]
      }),
    ]
    const facts = [
      [inRedis, 'in Redis'],
      [inFolder, 'in a folder'],
    ].flatMap(([{ idle, short, long }, where]) => [
      factsOf(`a trial of one epoch, checkpoints ${where}`, short, rounds),
      factsOf(`a second of training, checkpoints ${where}`, long, long.time),
      ...(where === 'in Redis' ? [factsOf('a second of waiting', idle, idle.time)] : []),
    ])
    const tables = [
      `The load of the machine was ${before.toFixed(0)} at the start and ${loadavg()[0].toFixed(0)} at the end. Median (least to most).`,
      [
        '| measure | value | target |',
        '| --- | --- | --- |',
        ...rows.map((row) => `| ${row.join(' | ')} |`),
      ].join('\n'),
      [
        '| Redis, with one worker and one sweep | commands | bytes in | bytes out | CPU, s | CPU of the sweep, s |',
        '| --- | --: | --: | --: | --: | --: |',
        ...facts.map((row) => `| ${row.join(' | ')} |`),
      ].join('\n'),
      'The CPU of Redis is without that of waiting, except in the row of waiting.',
      `A result takes ${result} bytes in Redis, and a job that has ended ${job}. A worker and a sweep have ${connections - 1} connections; a line about one has ${bytes.toFixed(0)} bytes.`,
    ]
    console.log(tables.join('\n\n'))
    if (!values.write) return
    writeResults(tables, [], process.argv.slice(2), 'node bench/queue.js')
    const measured = {
      load: [before, loadavg()[0]].map(Math.round),
      redis: costs(inRedis, rounds),
      folder: costs(inFolder, rounds),
      result,
      job,
    }
    await writeFile(
      new URL('queue/constants.json', import.meta.url),
      `${JSON.stringify(measured, undefined, 2)}\n`,
    )
  } finally {
    await queue.close()
    await worker.end()
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

if (values.help) console.log(usage)
else await run()
