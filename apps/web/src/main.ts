import { proxy, wrap } from 'comlink'
import type {
  DataChoice,
  DataSummary,
  EngineApi,
  EngineEvent,
  Result,
  RunSummary,
} from './engine/protocol.ts'
import { ensureIsolation } from './isolation.ts'
import { DataPicker } from './page/data-picker.ts'
import { breath, byId } from './page/dom.ts'
import { acceptFiles, sortFiles } from './page/drop.ts'
import { messageOf } from './page/format.ts'
import { drawStrip } from './page/images.ts'
import { keeping, showKept } from './page/keep.ts'
import { showResult } from './page/look.ts'
import { RunDisplay } from './page/run-display.ts'
import { RunsOnDisplay } from './page/runs-on.ts'
import { lockSettings, readSettings, showSettings } from './page/settings.ts'
import { trial } from './page/try.ts'

const isolation = await ensureIsolation()
await breath()
const worker = new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module', name: 'engine' })
worker.addEventListener('error', (event) =>
  notify(`The worker has failed: ${event.message}. Reload the page.`),
)
const engine = wrap<EngineApi>(worker)
await breath()
const runsOn = new RunsOnDisplay()
const display = new RunDisplay()
await breath()
const trying = trial((question) => engine.classify(question), notify)
const picker = new DataPicker(chooseData)

/** Data for the next run, and those that what is shown was trained or tested on. */
let next: DataSummary
let shown: DataSummary

/** Shows a message wherever on the page the person is, or takes it away. */
function notify(message: string): void {
  byId('notice-text').textContent = message
  byId('notice').hidden = message === ''
}
const fail = (error: unknown) => notify(messageOf(error))

function useData(data: DataSummary): void {
  next = data
  drawStrip(byId<HTMLCanvasElement>('strip'), data.test, data.classNames.length)
}

/** Shows a network's results, or that there is none. */
function showNetwork(data: DataSummary, result: Result | undefined): void {
  shown = data
  trying.setData(data)
  void showResult(result, data)
  showKept(result)
  if (result) {
    display.showResult(result)
    trying.showSomething()
  }
  trying.refresh()
}

function lock(run: RunSummary | undefined): void {
  lockSettings(run?.status === 'running' || run?.status === 'paused')
}

const onEvent = (event: EngineEvent): void => {
  switch (event.type) {
    case 'data-progress':
      return picker.showProgress(event.progress)
    case 'warning':
      return notify(event.message)
    case 'run-begins':
      lock(event.run)
      return runsOn.setRunning(event.runsOn)
    case 'progress':
      display.progress(event)
      return runsOn.setExecutor(event.executor)
    case 'epoch':
      return display.epoch(event, shown)
    case 'matrix':
      display.matrix(event)
      return trying.refresh()
    case 'run-ends':
      lock(event.run)
      display.end(event.run, event.result)
      return event.result && showNetwork(shown, event.result)
    case 'run-fails':
      display.fail('The run failed. What it had come to at the end of its last epoch is kept.')
      return notify(event.message)
  }
}

async function chooseData(choice: DataChoice): Promise<DataSummary> {
  notify('')
  const data = await engine.useData(choice)
  useData(data)
  return data
}

async function begin(work: () => Promise<void>): Promise<void> {
  notify('')
  try {
    await work()
  } catch (error) {
    lockSettings(false)
    fail(error)
  }
}

byId<HTMLFormElement>('settings').addEventListener('submit', (event) => {
  event.preventDefault()
  const settings = readSettings()
  if (!settings) return
  void begin(async () => {
    lockSettings(true)
    showNetwork(next, undefined)
    display.begin({ settings, status: 'running', epochsDone: 0, stepsDone: 0, history: { loss: [] } }, next)
    // On a phone the form fills the screen: bring what happens into view.
    byId('status').scrollIntoView({ block: 'nearest' })
    try {
      await engine.start(settings)
    } catch (error) {
      display.end(
        { settings, status: 'stopped', epochsDone: 0, stepsDone: 0, history: { loss: [] } },
        undefined,
      )
      throw error
    }
  })
})
byId('notice-close').addEventListener('click', () => notify(''))
byId('pause').addEventListener('click', () => void begin(() => engine.pause()))
byId('stop').addEventListener('click', () => void begin(() => engine.stop()))
byId('resume').addEventListener('click', () => {
  void begin(async () => {
    await engine.resume()
    display.goOn()
  })
})
byId('forget').addEventListener('click', () => {
  void begin(async () => {
    await engine.forget()
    showNetwork(next, undefined)
    display.setData(next)
  })
})

async function loadModel(files: readonly File[]): Promise<void> {
  await begin(async () => {
    const result = await engine.loadModel([...files])
    display.setData(next)
    showNetwork(next, result)
  })
}

byId<HTMLInputElement>('model-files').addEventListener('change', ({ target }) => {
  const input = target as HTMLInputElement
  if (input.files?.length) void loadModel([...input.files])
  input.value = ''
})
const targets = {
  picture: (file: File) => void trying.take(file),
  model: (files: readonly File[]) => void loadModel(files),
  data: (files: readonly File[]) => picker.take(files),
}
acceptFiles(targets)
byId<HTMLInputElement>('data-files').addEventListener('change', ({ target }) => {
  const input = target as HTMLInputElement
  if (input.files?.length)
    sortFiles([...input.files], { ...targets, picture: () => picker.take([...(input.files ?? [])]) })
  input.value = ''
})
keeping(engine, fail)

const { inspection, found } = await engine.open(proxy(onEvent))
runsOn.setBrowser(inspection, isolation)
if (found.problem) notify(found.problem)
useData(found.data)
picker.show(found.data, await engine.hasFullSet())
if (found.run) {
  showSettings(found.run.settings)
  display.begin(found.run, found.data)
  display.end(found.run, found.result)
  lock(found.run)
} else display.setData(found.data)
showNetwork(found.data, found.result)
byId<HTMLButtonElement>('start').disabled = false
document.body.dataset['ready'] = ''
