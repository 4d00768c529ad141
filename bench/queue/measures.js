import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseRecipe } from '@treadle/experiment/recipe'
import { runSweep } from '@treadle/experiment/sweep'
import { startThread, startWorker } from './machine.js'

export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1]

/** The network of the baseline on the sample. */
const recipeOf = (seed, epochs, batchSize = 32) =>
  parseRecipe({ model: 'wide-and-deep', data: 'sample', training: { epochs, seed, batchSize, threads: 1 } })

const never = () => new AbortController().signal

/** Milliseconds until the queue has returned the run of a recipe, in its folder. */
async function inQueue(queue, recipe, directory, pruned = never(), onEpoch = async () => {}) {
  const start = performance.now()
  await queue.runTrial({
    recipe,
    directory,
    test: false,
    signal: never(),
    pruning: pruned,
    onEpoch,
    onEvent: async () => {},
  })
  return performance.now() - start
}

async function locally(thread, job) {
  const start = performance.now()
  await thread.train(job)
  return performance.now() - start
}

/** What a worker gives to its thread for a recipe. */
async function jobOf({ redis }, recipe) {
  const [key] = await redis.keys('bull:treadle:' + '[0-9a-f]'.repeat(64))
  const { data, test } = JSON.parse(await redis.hget(key, 'data'))
  return { recipe, data, test }
}

/** What the queue adds to a trial: the same trials with it, and in a thread of this process, in turn. */
export async function overhead({ server, queue, folder, rounds, epochs }) {
  const thread = startThread()
  await inQueue(queue, recipeOf(100_000, epochs), join(folder, 'warm'))
  const base = await jobOf(server, recipeOf(1, epochs))
  await thread.train(base)
  const times = []
  for (let seed = 1; seed <= rounds; seed++) {
    const recipe = recipeOf(seed, epochs)
    const pair = { queue: 0, local: 0 }
    const both = [
      async () => (pair.queue = await inQueue(queue, recipe, join(folder, `trial-${seed}`))),
      async () => (pair.local = await locally(thread, { ...base, recipe })),
    ]
    for (const each of seed % 2 === 0 ? both : both.toReversed()) await each()
    times.push(pair)
  }
  await thread.end()
  return times
}

/** From the decision that a trial is pruned until its training has ended on the worker, and until the sweep has it. */
export async function pruning({ queue, worker, folder, rounds }) {
  const delays = []
  for (let round = 0; round < rounds; round++) {
    const abort = new AbortController()
    let decided
    let ended = Promise.resolve(NaN)
    // At different times of the worker's look.
    const onEpoch = async ({ epoch }) => {
      if (epoch < 4 + (round % 7) || decided !== undefined) return
      decided = performance.timeOrigin + performance.now()
      ended = worker.next('job-end').then(({ at }) => at - decided)
      abort.abort()
    }
    await inQueue(
      queue,
      recipeOf(200_000 + round, 1000),
      join(folder, `pruned-${round}`),
      abort.signal,
      onEpoch,
    )
    const returned = performance.timeOrigin + performance.now()
    delays.push({ stopped: await ended, returned: returned - decided })
  }
  return delays
}

/** A sweep with a number of workers, and the same trials in as many threads without a pause, in turn. */
export async function efficiency({ server, queue, folder, workers, trials, epochs, rounds }) {
  const threads = Array.from({ length: workers }, startThread)
  const others = []
  while (others.length < workers - 1) others.push(await startWorker(server.url))
  await inQueue(queue, recipeOf(300_000, epochs), join(folder, `warm-${workers}`))
  const base = await jobOf(server, recipeOf(1, epochs))
  await Promise.all(threads.map((thread) => thread.train(base)))
  const results = []
  for (let round = 0; round < rounds; round++) {
    const first = 1000 * (10 * workers + round)
    const sweep = {
      name: 'packing',
      recipe: recipeOf(1, epochs),
      search: { 'training.seed': { choice: Array.from({ length: trials }, (_, i) => first + i) } },
      objective: 'val_accuracy',
      sampler: 'grid',
      budget: { trials },
    }
    const start = performance.now()
    await runSweep(sweep, join(folder, `packing-${workers}-${round}`), { remote: queue })
    const middle = performance.now()
    let next = first
    const work = async (thread) => {
      while (next < first + trials) await thread.train({ ...base, recipe: recipeOf(next++, epochs) })
    }
    await Promise.all(threads.map(work))
    results.push({ queue: (middle - start) / 1000, packed: (performance.now() - middle) / 1000 })
  }
  await Promise.all([...threads, ...others].map((each) => each.end()))
  return results
}

/** What Redis does meanwhile: commands, bytes, and seconds of its processor. */
async function load({ redis }, action) {
  const look = async () => {
    const [stats, cpu] = [parse(await redis.info('stats')), parse(await redis.info('cpu'))]
    return {
      commands: stats.total_commands_processed,
      bytesIn: stats.total_net_input_bytes,
      bytesOut: stats.total_net_output_bytes,
      cpu: cpu.used_cpu_user + cpu.used_cpu_sys,
      time: performance.now() / 1000,
    }
  }
  const before = await look()
  const own = process.cpuUsage()
  await action()
  const { user, system } = process.cpuUsage(own)
  const after = await look()
  const spent = Object.entries(after).map(([name, value]) => [name, value - before[name]])
  return { ...Object.fromEntries(spent), coordinator: (user + system) / 1e6 }
}

const parse = (text) =>
  Object.fromEntries(
    text
      .split('\r\n')
      .map((line) => line.split(':'))
      .map(([name, value]) => [name, Number(value)]),
  )

/**
 * Redis while a worker waits; for each short trial; and for each second of a long one, whose epochs take a while. The
 * processor time of the last two is without that of waiting.
 */
export async function constants({ server, queue, folder, trials, seconds }) {
  const idle = await load(server, () => delay(1000 * seconds))
  const short = await load(server, async () => {
    for (let i = 0; i < trials; i++)
      await inQueue(queue, recipeOf(400_000 + i, 1), join(folder, `short-${i}`))
  })
  const abort = new AbortController()
  const long = await load(server, () => {
    setTimeout(() => abort.abort(), 1000 * seconds)
    return inQueue(queue, recipeOf(500_000, 10_000, 1), join(folder, 'long'), abort.signal)
  })
  const busy = (spent) => ({ ...spent, cpu: Math.max(0, spent.cpu - (spent.time * idle.cpu) / idle.time) })
  return { idle, short: busy(short), long: busy(long) }
}

/** What a trial and a second of a training cost. */
export const costs = ({ short, long }, trials) => ({
  trial: costOf(short, trials),
  second: costOf(long, long.time),
})

/** Of one of `count`: seconds of the processors of Redis and of the sweep, and bytes. */
const costOf = ({ cpu, coordinator, bytesIn, bytesOut }, count) => ({
  redis: cpu / count,
  sweep: coordinator / count,
  bytes: (bytesIn + bytesOut) / count,
})

/** Bytes in Redis of a result and of a job that has ended, and what `CLIENT LIST` says of a connection. */
export async function sizes({ redis }) {
  const [result] = await redis.keys('treadle:result:*')
  const [job] = await redis.keys('bull:treadle:' + '[0-9a-f]'.repeat(64))
  const size = (key) => redis.memory('USAGE', key)
  const clients = String(await redis.client('LIST'))
    .trim()
    .split('\n')
  const bytes = clients.reduce((sum, line) => sum + line.length, 0) / clients.length
  return { result: await size(result), job: await size(job), bytes, connections: clients.length }
}
