import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import '@tensorflow/tfjs-backend-cpu'
import { encodeModel, wideAndDeepClassifier } from '@treadle/model'

const usage = `node bench/large-pictures.js [options]: measures how a Classifier of one thread copes with large pictures

  --megapixels N   size of the pictures (default 12)
  --calls N        pictures that are classified in turn (default 3)
  --channels N     of the network: 1 (default) or 3

For each kind of picture: the longest delay of the event loop, and that of as much time without work, which shows how busy
the machine is; the time of a call, and the peak of the resident memory
above that of an idle classifier. Needs a Python with Pillow: \`TREADLE_PILLOW\`, default \`python3\`.`

const { values } = parseArgs({
  options: {
    megapixels: { type: 'string', default: '12' },
    calls: { type: 'string', default: '3' },
    channels: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
})

/** Classifies the picture of the second argument again and again, and prints what that took. */
const script = `
  const { readFile } = await import('node:fs/promises')
  const { monitorEventLoopDelay } = await import('node:perf_hooks')
  const { setTimeout: pause } = await import('node:timers/promises')
  const { Classifier } = await import('@treadle/model/classifier')
  const [, folder, path, calls] = process.argv
  const classifier = await Classifier.load(folder, { threads: 1 })
  await classifier.classify(await readFile(folder + '/small.png'))
  const bytes = await readFile(path)
  const side = Number(/side-(\\d+)/.exec(path)?.[1])
  const picture = path.endsWith('.rgba') ? { data: bytes, width: side, height: side, channels: 4 } : bytes
  await pause(500)
  const idle = process.memoryUsage.rss()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = performance.now()
  for (let i = 0; i < Number(calls); i++) await classifier.classify(picture)
  const time = (performance.now() - begun) / calls
  delay.disable()
  const quiet = monitorEventLoopDelay({ resolution: 1 })
  quiet.enable()
  await pause(time * calls)
  quiet.disable()
  const memory = process.resourceUsage().maxRSS * 1024 - idle
  console.log(JSON.stringify({ delay: delay.max / 1e6, quiet: quiet.max / 1e6, time, memory: memory / 1e6 }))
  await classifier.dispose()`

function measure(folder, path) {
  const args = ['--input-type=module', '--eval', script, folder, path, values.calls]
  const child = spawn(process.execPath, args, {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout.on('data', (data) => (output += String(data)))
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output)) : reject(new Error(`A process ended with code ${code}.`)),
    )
  })
}

async function run() {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-large-'))
  try {
    const classNames = 'abcdefghij'.split('')
    const files = await encodeModel(
      wideAndDeepClassifier({ seed: 1, inputShape: [28, 28, Number(values.channels)] }),
      { metadata: { classNames } },
    )
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    const side = Math.round(Math.sqrt(Number(values.megapixels) * 1e6))
    const python = process.env['TREADLE_PILLOW'] ?? 'python3'
    const pillow = fileURLToPath(new URL('python/large_pictures.py', import.meta.url))
    const paths = execFileSync(python, [pillow, folder, String(side)], { encoding: 'utf8' })
      .trim()
      .split('\n')
    console.log(`${values.calls} calls each, ${side} × ${side} pixels`)
    for (const path of paths) {
      const { delay, quiet, time, memory } = await measure(folder, path)
      const { length } = await readFile(path)
      console.log(
        `${path.replace(/.*\//, '').padEnd(28)} ${(length / 1e6).toFixed(1)} MB: delay at most ${delay.toFixed(0)} ms (${quiet.toFixed(0)} without work), ` +
          `${time.toFixed(0)} ms a call, ${memory.toFixed(0)} MB above idle`,
      )
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

if (values.help) console.log(usage)
else await run()
