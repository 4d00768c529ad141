import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { freePort } from '../../../test/support/free-port.ts'
import { resumeRun, runRecipe } from '../src/index.ts'
import { runLogger } from '../src/loggers/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

/*
 * Runs are logged to the real server of MLflow, which is stopped and started in between, and read back with MLflow's client.
 * TREADLE_MLFLOW_PYTHON names a Python with scripts/mlflow-requirements.txt.
 */
const python = process.env['TREADLE_MLFLOW_PYTHON'] ?? ''
const script = fileURLToPath(new URL('../scripts/read_mlflow.py', import.meta.url))

let folder: string
let port: number
let server: ChildProcess | undefined

afterAll(() => stop())

const url = () => `http://127.0.0.1:${port}`
const environment = () => ({
  ...process.env,
  MLFLOW_DISABLE_TELEMETRY: 'true',
  MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
})

async function start(): Promise<void> {
  const store = ['--backend-store-uri', 'sqlite:///runs.sqlite', '--artifacts-destination', './files']
  const line = ['server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', ...store]
  server = spawn(join(dirname(python), 'mlflow'), line, {
    cwd: folder,
    env: environment(),
    stdio: 'ignore',
    // It starts processes of its own, which end with its group.
    detached: true,
  })
  for (let i = 0; i < 600; i++) {
    const answer = await fetch(`${url()}/health`).catch(() => undefined)
    if (answer?.ok) return
    await delay(200)
  }
  throw new Error('the server does not start')
}

async function stop(): Promise<void> {
  if (server?.pid === undefined) return
  const ended = once(server, 'exit')
  process.kill(-server.pid, 'SIGKILL')
  await ended
  server = undefined
}

const recipe = {
  model: { name: 'wide-and-deep', units: [8] },
  data: 'sample',
  training: { epochs: 3, threads: 1 as const },
}

interface Read {
  readonly name: string
  readonly status: string
  readonly ended: number | null
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly metrics: Readonly<Record<string, readonly [step: number, value: number][]>>
  readonly files: readonly [path: string, size: number][]
}

test('MLflow has every epoch once, after a crash of its server and a resumed run', async () => {
  if (python === '')
    throw new Error(
      'Set TREADLE_MLFLOW_PYTHON to a Python with packages/experiment/scripts/mlflow-requirements.txt.',
    )
  folder = await temporaryFolder()
  port = await freePort()
  const loggers = [runLogger(`mlflow=${url()}`)]
  const directory = join(folder, 'first')
  await start()
  await runRecipe(recipe, {
    directory,
    loggers,
    reports: ['html'],
    onEvent: async (event) => {
      expect(event.type).not.toBe('warning')
      if (event.type !== 'epoch') return
      if (event.entry.epoch === 1) await stop()
      if (event.entry.epoch === 3) await start()
    },
  })
  const { run } = await resumeRun(directory, { epochs: 4 }, { loggers, reports: ['html'] })

  const out = join(folder, 'read.json')
  await promisify(execFile)(python, [script, url(), 'treadle', out], { env: environment() })
  const runs = JSON.parse(await readFile(out, 'utf8')) as Read[]
  expect(runs).toHaveLength(1)
  const [logged] = runs as [Read]
  expect(logged).toMatchObject({ name: 'first', status: 'FINISHED', ended: expect.any(Number) as number })
  expect(logged.params).toMatchObject({ 'model.units': '8', 'training.threads': '1', 'data.name': 'sample' })
  expect(logged.tags).toMatchObject({
    'mlflow.source.name': 'treadle',
    'treadle.command': run.record.command,
    'treadle.weights_sha256': run.record.weightsSha256,
  })
  const history = await run.readHistory()
  for (const name of ['loss', 'val_loss', 'accuracy', 'val_accuracy'] as const)
    expect(logged.metrics[name]).toEqual(history.map((entry) => [entry.epoch, entry[name]]))
  expect(logged.metrics['test/accuracy']?.at(-1)).toEqual([4, run.record.test?.['accuracy']])
  const sizes = new Map(logged.files)
  for (const name of [
    'run.json',
    'history.jsonl',
    'predictions.csv',
    'report.html',
    'model/model.json',
    'model/weights.bin',
  ])
    expect([name, sizes.get(name)]).toEqual([name, (await stat(join(directory, name))).size])
})
