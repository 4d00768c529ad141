import { once } from 'node:events'
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { type RunEvent, resumeRun, runRecipe } from '../src/index.ts'
import { runLogger } from '../src/loggers/index.ts'
import { addressOf } from '../src/loggers/mlflow/address.ts'
import { type RequestError, Requests } from '../src/loggers/mlflow/requests.ts'
import { Tracking } from '../src/loggers/mlflow/tracking.ts'
import { temporaryFolder } from './temporary-folder.ts'

/*
 * A server that knows the answers of MLflow 3.17 to these requests; test/mlflow.long.test.ts runs the real one.
 */

interface Received {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: unknown
}
type Answer = readonly [status: number, body: unknown]

let server: Server
let address: string
let received: Received[]
/** What the server answers in place of MLflow's answer. */
let instead: (request: Received) => Answer | 'never' | undefined
let run: { info: object; data: object } | undefined

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  received = []
  instead = () => undefined
  run = undefined
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const path = (request.url ?? '').replace('/api/2.0/', '')
  const isFile = path.startsWith('mlflow-artifacts/')
  const each = {
    method: request.method ?? '',
    path,
    authorization: request.headers.authorization,
    body: isFile ? text.length : text === '' ? undefined : (JSON.parse(text) as unknown),
  }
  received.push(each)
  const other = instead(each)
  if (other === 'never') return
  const [status, body] = other ?? mlflow(each)
  response
    .writeHead(status, { 'content-type': 'application/json' })
    .end(typeof body === 'string' ? body : JSON.stringify(body))
}

function mlflow({ path, body }: Received): Answer {
  if (path.startsWith('mlflow/experiments/get-by-name'))
    return [404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'Could not find experiment' }]
  if (path === 'mlflow/experiments/create') return [200, { experiment_id: '7' }]
  if (path === 'mlflow/runs/search') return [200, run === undefined ? {} : { runs: [run] }]
  if (path === 'mlflow/runs/create') {
    run = { info: { run_id: 'abc', artifact_uri: 'mlflow-artifacts:/7/abc/artifacts' }, data: {} }
    return [200, { run }]
  }
  if (path === 'mlflow/runs/update') return [200, { run_info: body }]
  return [200, path.startsWith('mlflow-artifacts/') ? '' : {}]
}

const recipe = {
  model: { name: 'wide-and-deep', units: [2] },
  data: 'sample',
  training: { epochs: 2, batchSize: 1000, threads: 1 as const },
}

interface Batch {
  readonly metrics?: readonly { key: string; value: number; step: number; timestamp: number }[]
  readonly params?: readonly { key: string; value: string }[]
  readonly tags?: readonly { key: string; value: string }[]
}
const batches = () =>
  received.filter(({ path }) => path === 'mlflow/runs/log-batch').map(({ body }) => body as Batch)
const metricsOf = (key: string) =>
  batches().flatMap(({ metrics = [] }) => metrics.filter((metric) => metric.key === key))

test('a run is logged, also by a server that is busy, and a resumed run continues its log', async () => {
  const directory = join(await temporaryFolder(), 'first')
  let busy = 2
  instead = () => (busy-- > 0 ? [503, 'busy'] : undefined)
  const loggers = [runLogger(`mlflow=http://ann:secret@${address}/`)]
  const warnings: RunEvent[] = []
  const onEvent = (event: RunEvent) => void (event.type === 'warning' && warnings.push(event))
  const { run: first } = await runRecipe(recipe, { directory, loggers, onEvent })
  expect(warnings).toEqual([])
  const history = await first.readHistory()
  const after = received.slice(2)
  expect(new Set(after.map(({ authorization }) => authorization))).toEqual(
    new Set([`Basic ${Buffer.from('ann:secret').toString('base64')}`]),
  )
  expect(after.slice(0, 4).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET mlflow/experiments/get-by-name?experiment_name=treadle',
    'POST mlflow/experiments/create',
    'POST mlflow/runs/search',
    'POST mlflow/runs/create',
  ])
  const startedAt = Date.parse(first.record.startedAt)
  const identity = `first@${first.record.startedAt}`
  expect(after[2]?.body).toEqual({
    experiment_ids: ['7'],
    filter: `tags.\`treadle.run\` = '${identity}'`,
    max_results: 1,
  })
  expect(after[3]?.body).toEqual({
    experiment_id: '7',
    run_name: 'first',
    start_time: startedAt,
    tags: [{ key: 'treadle.run', value: identity }],
  })
  const params = batches().flatMap(({ params: some = [] }) => some)
  expect(params).toContainEqual({ key: 'model.units', value: '2' })
  expect(params).toContainEqual({ key: 'optimizer.learningRate', value: '0.001' })
  // MLflow takes no empty values.
  expect(params.filter(({ value }) => value === '')).toEqual([])
  const tags = batches().flatMap(({ tags: some = [] }) => some)
  expect(tags).toContainEqual({ key: 'treadle.weights_sha256', value: first.record.weightsSha256 })
  expect(tags).toContainEqual({ key: 'treadle.command', value: first.record.command })
  expect(metricsOf('val_accuracy').map(({ step, value }) => [step, value])).toEqual(
    history.map(({ epoch, val_accuracy: value }) => [epoch, value]),
  )
  expect(metricsOf('test/accuracy')).toMatchObject([{ step: 2, value: first.record.test?.['accuracy'] }])
  const files = received.filter(({ path }) => path.startsWith('mlflow-artifacts/artifacts/7/abc/artifacts/'))
  expect(files.map(({ path, body }) => [path.split('/artifacts/')[2], (body as number) > 0])).toEqual(
    expect.arrayContaining(
      ['run.json', 'history.jsonl', 'model/model.json', 'report.html'].map((name) => [name, true]),
    ),
  )
  expect(files.map(({ path }) => path).join()).not.toContain('checkpoints')
  expect(received.at(-1)).toMatchObject({
    path: 'mlflow/runs/update',
    body: { run_id: 'abc', status: 'FINISHED', end_time: expect.any(Number) as number },
  })

  // The server has lost the second epoch, as after a crash.
  const times = metricsOf('loss').map(({ timestamp }) => timestamp)
  received = []
  run = {
    info: { run_id: 'abc' },
    data: { metrics: [{ key: 'loss', step: '1' }], params: params.slice(1) },
  }
  await resumeRun(directory, { epochs: 3 }, { loggers, reports: [] })
  expect(metricsOf('loss').map(({ step }) => step)).toEqual([2, 3])
  expect(metricsOf('loss')[0]?.timestamp).toBe(times[1])
  // Parameters cannot change, and this server takes no files.
  expect(batches().flatMap(({ params: some = [] }) => some)).toEqual(params.slice(0, 1))
  expect(received.filter(({ path }) => path.startsWith('mlflow-artifacts'))).toEqual([])
})

test.each<[string, Answer, RegExp]>([
  [
    'refuses access',
    [401, 'You are not authenticated'],
    /refuses access \(status 401\)\. Check MLFLOW_TRACKING_TOKEN/,
  ],
  ['is another one', [200, '<html>'], /is not a tracking server of MLflow/],
  [
    'gives other answers',
    [200, { experiment: 1 }],
    /answers experiments\/get-by-name as no version of MLflow does/,
  ],
  ['moved', [308, ''], /sends requests on to another address \(status 308\)/],
  ['refuses a value', [400, { message: 'bad \u001b[31m value' }], /status 400: bad \\u001b\[31m value/],
  [
    'has deleted the experiment',
    [200, { experiment: { experiment_id: '1', lifecycle_stage: 'deleted' } }],
    /was deleted on the server/,
  ],
])('a server that %s is not asked again, and the password is in no message', async (_, given, message) => {
  instead = () => given
  const tracking = new Tracking(new Requests(addressOf(`http://ann:secret@${address}`, {})))
  const opened = tracking.openRun('treadle', { identity: 'a', run_name: 'a', start_time: 0 })
  const error = await opened.catch((problem: unknown) => problem as RequestError)
  expect(error).toMatchObject({ canRetry: false })
  expect((error as Error).message).toMatch(message)
  expect((error as Error).message).not.toContain('secret')
  expect(received).toHaveLength(1)
})

test('a server that refuses access ends the log with a warning; the run goes on', async () => {
  instead = () => [403, '']
  const warnings: string[] = []
  const { stopped } = await runRecipe(
    { ...recipe, training: { ...recipe.training, epochs: 1 } },
    {
      loggers: [runLogger(`mlflow=http://ann:secret@${address}`)],
      test: false,
      onEvent: (event) => void (event.type === 'warning' && warnings.push(event.warning.message)),
    },
  )
  expect(stopped).toBe('finished')
  expect(warnings).toEqual([
    `The log for mlflow ends here; the run goes on. The reason: http://${address} refuses access (status 403). Check MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.`,
  ])
})

const send = (url: string) =>
  new Requests({ url, authorization: undefined, experiment: 'x' }).send('mlflow/runs/search', { json: {} })

test('a server that never answers, or that is not there, is tried again later', async () => {
  instead = () => 'never'
  // After less time than the 10 seconds that a request has.
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(new DOMException('too late', 'TimeoutError')), 50)
    return controller.signal
  })
  await expect(send(`http://${address}`)).rejects.toMatchObject({
    canRetry: true,
    message: `http://${address} does not answer: no answer within 10 seconds.`,
  })
  timeout.mockRestore()
  await expect(send('http://127.0.0.1:1')).rejects.toMatchObject({ canRetry: true })
})
