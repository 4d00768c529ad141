import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { commandOf, contenders } from './contenders.js'
import { networks } from './networks.js'
import { describeMachine, writeResults } from './results.js'
import { measurements, table } from './table.js'

const usage = `pnpm bench [options]: measures Treadle and its peers in turn and prints medians and ratios

  --measure LIST   of ${Object.keys(measurements).join(', ')} (default: all)
  --network NAME   ${Object.keys(networks).join(', ')}: an image network of bench/networks.js, by the contenders that
                   have it (default: the baseline network, by all)
  --only LIST      contenders, by name or prefix of the name (default: all)
  --rounds N       measurements of each contender (default 5)
  --seconds N      duration of a rate measurement (default 5)
  --epochs N       epochs of a run (default 10)
  --rows N         training images of a run (default 60000)
  --data DIR       Fashion-MNIST's four gz files (default: the system's folder)
  --python FILE    the Python of the peers (default: TREADLE_BENCH_PYTHON, else the one of bench/python/make-venv.sh)
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
    data: { type: 'string', default: '/usr/share/datasets/fashion-mnist' },
    python: { type: 'string', default: process.env['TREADLE_BENCH_PYTHON'] ?? venvPython() },
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
  const wanted = values.only.split(',')
  if (values.network !== undefined && !networks[values.network])
    throw new Error(`--network ${values.network}: there are ${Object.keys(networks).join(', ')}.`)
  const chosen = contenders.filter(
    ({ name, imageNetworks }) =>
      wanted.some((beginning) => name.startsWith(beginning)) &&
      (values.network === undefined || imageNetworks),
  )
  const missing = new Map()
  console.log(describeMachine())
  const tables = []
  for (const measure of values.measure.split(',')) {
    if (!measurements[measure])
      throw new Error(`--measure ${measure}: there are ${Object.keys(measurements).join(', ')}.`)
    const able = chosen.filter(({ only = measure }) => only === measure)
    const results = await inTurn(measure, able, missing)
    tables.push(table(measure, results, values))
    console.log(`\n${tables.at(-1)}`)
  }
  for (const [name, why] of missing) console.log(`missing: ${name}: ${why}`)
  if (values.write) writeResults(tables, missing, process.argv.slice(2))
}

/** Each round measures every contender once, so a slowdown of the machine affects all of them. */
async function inTurn(measure, chosen, missing) {
  const results = new Map(chosen.map(({ name }) => [name, []]))
  const job = {
    measure,
    ...(values.network !== undefined && { network: values.network }),
    data: values.data,
    seconds: Number(values.seconds),
    epochs: Number(values.epochs),
    rows: Number(values.rows),
  }
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const contender of chosen) {
      if (missing.has(contender.name)) continue
      process.stderr.write(`\r\u001b[K${measure} ${round}/${values.rounds} ${contender.name}`)
      const found = await measureOne(contender, job)
      if (found.missing) missing.set(contender.name, found.missing)
      else results.get(contender.name).push(found)
    }
  }
  process.stderr.write('\r\u001b[K')
  return results
}

/** The output of the contender's process, and `wall`: the seconds from its start to that output. */
async function measureOne(contender, job) {
  const python = values.python
  if (contender.file.endsWith('.py') && !existsSync(python))
    return { missing: 'no Python; run bench/python/make-venv.sh' }
  const [program, parameters] = commandOf(contender, job, python)
  const start = performance.now()
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  let wall = 0
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
    wall = (performance.now() - start) / 1000
  })
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  const line = output.trim().split('\n').at(-1)
  if (code !== 0 || !line.startsWith('{')) {
    return { missing: `failed with code ${code}: ${errors.trim().split('\n').at(-1)}` }
  }
  return { ...JSON.parse(line), wall }
}

function venvPython() {
  return fileURLToPath(new URL('build/venv/bin/python', import.meta.url))
}
