import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import '@tensorflow/tfjs-backend-cpu'
import { encodeModel, wideAndDeepClassifier } from '@treadle/model'
import { describeMachine, writeResults } from './results.js'

const usage = `node bench/start.js [options]: measures the wall time from process start to the first answer of a Classifier

  --rounds N   each process runs once a round, in turn (default 15)
  --write      adds the table to bench/RESULTS.md

An empty process and one that only imports @tensorflow/tfjs-core are measured for comparison.`

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

/** Scripts that print a line when they are finished. */
const scripts = {
  'empty process': `console.log('ready')`,
  'import of tfjs-core': `await import('@tensorflow/tfjs-core'); console.log('ready')`,
  'import of Classifier': `await import('@treadle/model/classifier'); console.log('ready')`,
  'first answer': `
    const { Classifier } = await import('@treadle/model/classifier')
    const classifier = await Classifier.load(process.argv[1])
    const [best] = await classifier.classify({ data: new Uint8Array(784), width: 28, height: 28 })
    console.log(best.className)
    await classifier.dispose()`,
}

/** Milliseconds from the start of the process to its first line. */
async function measure(script, folder) {
  const start = performance.now()
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script, folder], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let time
  child.stdout.once('data', () => (time = performance.now() - start))
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0 || time === undefined) throw new Error(`A process ended with code ${code}.`)
  return time
}

const median = (times) => times.toSorted((a, b) => a - b)[times.length >> 1]

async function run() {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-start-'))
  try {
    const classNames = 'abcdefghij'.split('')
    const files = await encodeModel(wideAndDeepClassifier({ seed: 1 }), { metadata: { classNames } })
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    const times = new Map(Object.keys(scripts).map((name) => [name, []]))
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [name, script] of Object.entries(scripts))
        times.get(name).push(await measure(script, folder))
    const empty = median(times.get('empty process'))
    const rows = [...times].map(([name, all]) => {
      const time = median(all)
      return `| ${name} | ${time.toFixed(0)} | ${Math.min(...all).toFixed(0)} | ${(time / empty).toFixed(2)} |`
    })
    const table = [
      '| process | median ms | least ms | of the empty process |',
      '| --- | ---: | ---: | ---: |',
      ...rows,
    ].join('\n')
    console.log(`${describeMachine()}\n\n${table}`)
    if (values.write) writeResults([table], new Map(), process.argv.slice(2), 'node bench/start.js')
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (values.help) console.log(usage)
else await run()
