import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { contenders } from './contenders.js'
import { openJournal } from './journal.js'
import { describeRate, machineRate } from './machine-rate.js'
import { measureOne } from './measure-one.js'
import { networks } from './networks.js'
import { describeMachine, writeResults } from './results.js'
import { measurements, peersTable, table } from './table.js'

const usage = `pnpm bench [options]: measures Treadle and its peers in turn and prints medians and ratios

  --measure LIST   of ${Object.keys(measurements).join(', ')} (default: all)
  --network LIST   of ${Object.keys(networks).join(', ')}: image networks of bench/networks.json (default: the baseline
                   network)
  --only LIST      contenders, by name or prefix of the name (default: all)
  --rounds N       measurements of each contender (default 5); slow ones have one of an image network
  --seconds N      duration of a rate measurement (default 5)
  --epochs N       epochs of a run (default 10)
  --rows N         training images of a run (default 60000)
  --limit N        seconds after which a measurement is ended (default 900 of an image network, else none)
  --minutes N      no measurement begins after this time: the tables show the rounds so far
  --resume FILE    keeps the measurements in FILE; those that it has are not repeated
  --data DIR       Fashion-MNIST's four gz files (default: the system's folder)
  --python FILE    the Python of the peers (default: TREADLE_BENCH_PYTHON, else the one of bench/python/make-venv.sh)
  --wide-node FILE the Node.js, 24 or later, of the contenders with --wide-simd (default: this one)
  --write          adds the tables to bench/RESULTS.md`

const { values } = parseArgs({
  options: {
    measure: { type: 'string', default: Object.keys(measurements).join(',') },
    network: { type: 'string' },
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '10' },
    rows: { type: 'string', default: '60000' },
    limit: { type: 'string' },
    minutes: { type: 'string', default: 'Infinity' },
    resume: { type: 'string' },
    data: { type: 'string', default: '/usr/share/datasets/fashion-mnist' },
    python: { type: 'string', default: process.env['TREADLE_BENCH_PYTHON'] ?? venvPython() },
    'wide-node': { type: 'string', default: process.execPath },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(usage)
} else {
  await bench()
}

async function bench() {
  const measures = values.measure.split(',')
  const names = values.network?.split(',') ?? [undefined]
  for (const measure of measures) {
    if (!measurements[measure])
      throw new Error(`--measure ${measure}: there are ${Object.keys(measurements).join(', ')}.`)
  }
  for (const network of names) {
    if (network !== undefined && !networks[network])
      throw new Error(`--network ${network}: there are ${Object.keys(networks).join(', ')}.`)
  }
  const journal = openJournal(values.resume)
  const deadline = performance.now() + 60_000 * Number(values.minutes)
  const missing = new Map()
  const tables = []
  console.log(describeMachine())
  for (const network of names) {
    for (const measure of measures) {
      const { results, rates } = await inTurn({ measure, network, journal, deadline, missing })
      tables.push(table(measure, results, { ...values, network, rates }))
      if (network !== undefined) tables.push(...peersTable(measure, results))
      console.log(`\n${tables.slice(network === undefined ? -1 : -2).join('\n\n')}`)
    }
  }
  for (const [name, why] of missing) console.log(`missing: ${name}: ${why}`)
  if (values.write) writeResults(tables, missing, process.argv.slice(2))
}

/**
 * Each round measures every contender once, so a slowdown of the machine affects all of them. The rate of the machine
 * before and after each round shows it.
 */
async function inTurn({ measure, network, journal, deadline, missing }) {
  const wanted = values.only.split(',')
  const chosen = contenders.filter(
    ({ name, only = measure, imagesOnly = false }) =>
      only === measure &&
      wanted.some((beginning) => name.startsWith(beginning)) &&
      (network !== undefined || !imagesOnly),
  )
  const results = new Map(chosen.map(({ name }) => [name, []]))
  const job = {
    measure,
    ...(network !== undefined && { network }),
    data: values.data,
    seconds: Number(values.seconds),
    epochs: Number(values.epochs),
    rows: Number(values.rows),
  }
  const options = {
    python: values.python,
    wideNode: values['wide-node'],
    limit: Number(values.limit ?? (network === undefined ? 2_000_000 : 900)),
  }
  const title = network === undefined ? measure : `${network} ${measure}`
  const settings = JSON.stringify(job)
  const rates = [await machineRate()]
  console.log(`\n${title}: ${describeRate(rates[0])}`)
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const contender of chosen) {
      const { name, slow = false } = contender
      if (missing.has(`${title} ${name}`) || (slow && network !== undefined && round > 1)) continue
      const key = `${settings} ${name} ${round}`
      let found = journal.get(key)
      if (!found && performance.now() < deadline) {
        process.stderr.write(`\r\u001b[K${title} ${round}/${values.rounds} ${name}`)
        found = await measureOne(contender, job, options)
        // What failed is tried again by the next command, unless it took too long.
        if (!found.missing || found.late) journal.add(key, found)
      }
      if (found?.missing) missing.set(`${title} ${name}`, found.missing)
      else if (found) results.get(name).push(found)
    }
    rates.push(await machineRate())
    process.stderr.write('\r\u001b[K')
    console.log(`${title}, after round ${round}: ${describeRate(rates.at(-1))}`)
  }
  return { results, rates }
}

function venvPython() {
  return fileURLToPath(new URL('build/venv/bin/python', import.meta.url))
}
