import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Purpose, RandomStream } from '@treadle/core'
import { writeResults } from './results.js'

const usage = `node bench/queue-simulation.js [options]: simulates a queue of many workers with what \`node bench/queue.js --write\` has measured

  --trials N   trials of each sweep (default 100000)
  --write      adds the table to bench/RESULTS.md

One Redis, one link of 10 Gbit/s to it, and one sweep process are servers that each do one thing at a time. A trial asks the
sweep, Redis and the link before and after its training. While it trains, it takes a share of each.`

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '100000' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/**
 * For a trial and for a second of a training, by where its checkpoints are: seconds of a processor, without those of an
 * idle Redis, and bytes on the link. Bytes of a result, which Redis keeps for an hour, and of a job, of which it keeps
 * 1,000.
 */
const measured = JSON.parse(readFileSync(new URL('queue/constants.json', import.meta.url), 'utf8'))
const { result: RESULT, job: JOB } = measured
/** Of a checkpoint, in bytes: it has the files of a result but the small ones. */
const CHECKPOINT = RESULT
const KEPT = 3600
const KEPT_JOBS = 1000
/** Bytes a second. */
const LINK = 1.25e9
/** A server with more to do than this cannot renew the locks of jobs in time. */
const BUSY = 0.8

/** The messages of trainings wait for each other, so that they cannot take all of a server: the others are joined. */
const MOST_SHARE = 0.8

/** Smallest first. */
class Heap {
  #items = []

  get size() {
    return this.#items.length
  }

  push(item) {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      if (items[above].time <= item.time) break
      items[at] = items[above]
      at = above
    }
    items[at] = item
  }

  pop() {
    const items = this.#items
    const [first] = items
    const last = items.pop()
    if (items.length === 0) return first
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below + 1 < items.length && items[below + 1].time < items[below].time) below += 1
      if (below >= items.length || items[below].time >= last.time) break
      items[at] = items[below]
      at = below
    }
    items[at] = last
    return first
  }
}

/** Does one thing at a time, first come first served, beside a share that the trainings take. */
class Server {
  #free = 0
  work = 0

  /** @returns when it has done `seconds` of work that comes in at `time` */
  serve(time, seconds, share) {
    this.work += seconds
    this.#free = Math.max(this.#free, time) + seconds / (1 - Math.min(MOST_SHARE, share))
    return this.#free
  }
}

/** Trials around a mean, of which a tenth take less than half and some several times as long. */
function* durations(mean, count) {
  const stream = new RandomStream(1, Purpose.shuffle)
  const spread = 0.6
  for (let i = 0; i < count; i++) {
    const [u, v] = [1 - stream.uniform(2 * i), stream.uniform(2 * i + 1)]
    const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
    yield mean * Math.exp(spread * normal - spread ** 2 / 2)
  }
}

/** @returns what became of a sweep, or of several that share the workers and Redis */
function simulate({ workers, mean, trials, store, sweeps }) {
  const { trial, second } = measured[store]
  const redis = new Server()
  const link = new Server()
  const coordinators = Array.from({ length: sweeps }, () => new Server())
  const times = [...durations(mean, trials)]
  const total = times.reduce((sum, time) => sum + time, 0)
  const heap = new Heap()
  for (let i = 0; i < workers; i++) heap.push({ time: 0, kind: 'free' })
  let next = 0
  let busy = 0
  let end = 0
  let most = 0
  const steps = {
    redis: () => busy * second.redis,
    link: () => (busy * second.bytes) / LINK,
    sweep: () => (busy * second.sweep) / sweeps,
  }
  // Half of a trial's work is before its training, half after it.
  const ask = (time, sweep) => {
    const told = sweep.serve(time, trial.sweep / 2, steps.sweep())
    const answered = redis.serve(told, trial.redis / 2, steps.redis())
    return link.serve(answered, trial.bytes / 2 / LINK, steps.link())
  }
  while (heap.size > 0) {
    const { time, kind, sweep } = heap.pop()
    if (kind === 'free' && next < trials) {
      const own = coordinators[next % sweeps]
      const begin = ask(time, own)
      busy += 1
      most = Math.max(most, busy)
      heap.push({ time: begin + times[next++], kind: 'trained', sweep: own })
    } else if (kind === 'trained') {
      busy -= 1
      const done = ask(time, sweep)
      end = Math.max(end, done)
      heap.push({ time: done, kind: 'free' })
    }
  }
  // What cannot be better: the work divided by the workers, with the longest trials at the end.
  const perfect = pack(times, workers)
  const each = { redis: redis.work, link: link.work, sweep: coordinators[0].work }
  const rate = { redis: second.redis, link: second.bytes / LINK, sweep: second.sweep / sweeps }
  const use = Object.fromEntries(
    Object.keys(each).map((name) => [name, (each[name] + total * rate[name]) / end]),
  )
  const kept = store === 'redis' ? Math.min(trials, (KEPT * trials) / end) * RESULT + most * CHECKPOINT : 0
  return {
    efficiency: perfect / end,
    hours: end / 3600,
    use,
    memory: kept + Math.min(trials, KEPT_JOBS) * JOB,
  }
}

/** Seconds that workers need for trials, one after the other, without a queue. */
function pack(times, workers) {
  const heap = new Heap()
  for (let i = 0; i < workers; i++) heap.push({ time: 0 })
  let end = 0
  for (const time of times) {
    const done = heap.pop().time + time
    end = Math.max(end, done)
    heap.push({ time: done })
  }
  return end
}

const percent = (part) => `${(100 * part).toFixed(0)} %`

function run() {
  const trials = Number(values.trials)
  const rows = []
  for (const store of ['redis', 'folder'])
    for (const mean of [60, 600])
      for (const workers of [10, 100, 300, 1000])
        for (const sweeps of workers === 1000 ? [1, 10] : [1]) rows.push({ store, mean, workers, sweeps })
  const lines = rows.map((row) => {
    const { efficiency, hours, use, memory } = simulate({ ...row, trials })
    const limit = Object.entries(use).filter(([, part]) => part > BUSY)
    return [
      row.store,
      `${row.mean} s`,
      row.workers,
      row.sweeps,
      efficiency.toFixed(3),
      hours.toFixed(1),
      percent(use.redis),
      percent(use.link),
      percent(use.sweep),
      (memory / 2 ** 30).toFixed(1),
      limit.map(([name]) => name).join(', '),
    ].join(' | ')
  })
  const head = [
    'checkpoints in',
    'mean trial',
    'workers',
    'sweeps',
    'efficiency',
    'hours',
    'Redis',
    'link',
    'sweep process',
    'GiB in Redis',
    'limit',
  ]
  const [least, most] = measured.load
  const tables = [
    `With constants that were measured at a load of ${least} to ${most}.`,
    [head.join(' | '), head.map(() => '---').join(' | '), ...lines].map((line) => `| ${line} |`).join('\n'),
  ]
  console.log(tables.join('\n\n'))
  if (values.write) writeResults(tables, [], process.argv.slice(2), 'node bench/queue-simulation.js')
}

if (values.help) console.log(usage)
else run()
