import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { planOf } from './plan.js'
import { shrink } from './shrink.js'
import { Supervisor } from './supervisor.js'
import { targetNames } from './targets/index.js'

const usage = `pnpm fuzz [options]: gives changed files and options to the packages and looks for crashes, hangs, memory and wrong errors

  --minutes N      time for all targets together (default 1)
  --inputs N       inputs for each target, in place of a time
  --seed N         seed of the inputs (default 1)
  --from N         number of the first input (default 0)
  --target LIST    of ${targetNames.join(', ')} (default: all)
  --root DIR       a built checkout (default: this one)

Failures are shrunk and written to fuzz/failures/.`

const here = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    target: { type: 'string', default: targetNames.join(',') },
    root: { type: 'string', default: here },
    help: { type: 'boolean', default: false },
  },
})
/** Inputs between fresh processes, so that one input's traces do not stay. */
const BATCH = 500
/** The share of the inputs that must pass the outermost check: a fuzzer that is refused at the door finds nothing. */
const INSIDE = 0.5
/** Failures of one kind that are kept. */
const KEPT = 3

if (values.help) console.log(usage)
else await main()

async function main() {
  const names = values.target.split(',')
  const unknown = names.find((name) => !targetNames.includes(name))
  if (unknown) {
    console.error(`There is no target ${unknown}. The targets are ${targetNames.join(', ')}.`)
    process.exitCode = 2
    return
  }
  const milliseconds = (Number(values.minutes) * 60_000) / names.length
  let findings = 0
  const shallow = []
  for (const name of names) {
    const result = await fuzz(name, milliseconds)
    findings += result.findings
    if (result.inside < INSIDE) shallow.push(name)
  }
  console.log(findings === 0 ? 'no findings' : `${findings} findings, kept in fuzz/failures/`)
  if (shallow.length > 0)
    console.log(`${shallow.join(', ')}: less than half of the inputs pass the outermost check`)
  process.exitCode = findings === 0 && shallow.length === 0 ? 0 : 1
}

async function fuzz(name, milliseconds) {
  const supervisor = new Supervisor(name, values.root)
  const seed = Number(values.seed)
  const counts = { accepted: 0, refused: 0, outermost: 0, finding: 0 }
  const kinds = new Map()
  const end = Date.now() + milliseconds
  const most = values.inputs === undefined ? Infinity : Number(values.inputs)
  const first = Number(values.from)
  const more = () => counted(counts) < most && (values.inputs !== undefined || Date.now() < end)
  while (more()) {
    const target = Math.min(most, counted(counts) + BATCH)
    while (more() && counted(counts) < target) {
      const done = counted(counts)
      const failed = []
      await supervisor.run({ seed, from: first + done, count: target - done }, ({ plan, result }) => {
        if (result.status === 'finding') failed.push({ index: first + counted(counts), plan, ...result })
        counts[result.status]++
      })
      for (const failure of failed) await keep(name, failure, kinds, supervisor.bases)
    }
    supervisor.stop()
  }
  const done = counted(counts)
  const inside = 1 - counts.outermost / Math.max(1, done)
  console.log(
    `${name}: ${done} inputs, ${counts.accepted} accepted, ${counts.refused} refused, ${(100 * inside).toFixed(0)} % past the outermost check, ${counts.finding} findings of ${kinds.size} kinds`,
  )
  return { findings: counts.finding, inside }
}

function counted(counts) {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/** Shrinks a failure and writes it down, unless enough of its kind are kept. */
async function keep(name, failure, kinds, bases) {
  const kind = failure.detail.split('\n').slice(0, 2).join(' ').replaceAll(/\d+/g, '#').slice(0, 200)
  const seen = kinds.get(kind) ?? 0
  kinds.set(kind, seen + 1)
  if (seen >= KEPT) return
  const single = new Supervisor(name, values.root)
  const attempt = async (plan) => {
    let answer = { status: 'finding', detail: 'the process does not start' }
    const alive = await single.run({ plans: [plan] }, ({ result }) => (answer = result))
    if (!alive) single.stop()
    return answer
  }
  const plan = failure.plan ?? planOf(Number(values.seed), failure.index, bases)
  const smallest = await shrink(plan, attempt)
  const { detail } = await attempt(smallest)
  single.stop()
  const folder = new URL('failures/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  const file = new URL(`${name}-${values.seed}-${failure.index}.json`, folder)
  writeFileSync(file, JSON.stringify({ target: name, plan: smallest, detail, seen: failure.detail }, null, 2))
  console.log(`${name} ${failure.index}: ${failure.detail.split('\n')[0]}`)
}
