import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { measured } from './packages.js'

const usage = `pnpm mutation [options] [PACKAGE …]: changes the sources in small ways and counts the changes that the tests notice

  --every N   test one of N mutants (default 1: all)
  PACKAGE     of ${Object.keys(measured).join(', ')} (default: all)

Reports are written to build/mutation. A run of all mutants keeps its results there, and the next one repeats only what changed.`

const root = fileURLToPath(new URL('..', import.meta.url))
/** The score in % that every package is to reach. */
const MINIMUM = 80

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' }, help: { type: 'boolean', default: false } },
})
const names = positionals.length > 0 ? positionals : Object.keys(measured)
const unknown = names.filter((name) => !Object.hasOwn(measured, name))
const every = Number(values.every)

if (values.help) console.log(usage)
else if (unknown.length > 0 || !Number.isInteger(every) || every < 1) {
  console.error(usage)
  process.exitCode = 2
} else {
  process.env.MUTATION_EVERY = String(every)
  const { isSampled } = await import('./sample.js')
  const scores = names.map((name) => measure(name, isSampled))
  process.exitCode = scores.every((score) => score >= MINIMUM) ? 0 : 1
}

/** Tests the mutants of one package. @returns the score in %, 0 if the run failed */
function measure(name, isSampled) {
  const report = `${root}build/mutation/${name}.json`
  rmSync(report, { force: true })
  const { status } = spawnSync('node_modules/.bin/stryker', ['run', 'mutation/stryker.config.js'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, MUTATION_PACKAGE: name },
  })
  if (status !== 0) {
    console.error(`${name}: the run failed (exit code ${status}).`)
    return 0
  }
  const { files } = JSON.parse(readFileSync(report, 'utf8'))
  const mutants = Object.values(files).flatMap((file) => file.mutants.filter(isSampled))
  const count = (kind) => mutants.filter((mutant) => mutant.status === kind).length
  const [killed, late, survived, unreached] = ['Killed', 'Timeout', 'Survived', 'NoCoverage'].map(count)
  const all = killed + late + survived + unreached
  const share = (killed + late) / all
  const deviation = every === 1 ? '' : ` ± ${(196 * Math.sqrt((share * (1 - share)) / all)).toFixed(0)}`
  console.log(
    `${name}: ${(100 * share).toFixed(1)}${deviation} % of ${all} mutants noticed (${killed} failed a test, ${late} ran out of time, ${survived} survived, ${unreached} are reached by no test)`,
  )
  return 100 * share
}
