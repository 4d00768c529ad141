import { proxy, wrap } from 'comlink'
import type {
  DataChoice,
  DataSummary,
  EngineApi,
  EngineEvent,
  PictureFile,
  Result,
  RunSummary,
} from './engine/protocol.ts'
import { ensureIsolation } from './isolation.ts'
import { DataPicker } from './page/data-picker.ts'
import type { RunsComparison } from './page/compare.ts'
import { breath, byId } from './page/dom.ts'
import { acceptFiles, sortFiles } from './page/drop.ts'
import { messageOf } from './page/format.ts'
import { drawStrip } from './page/images.ts'
import { keeping, showKept } from './page/keep.ts'
import { showResult } from './page/look.ts'
import { RunDisplay } from './page/run-display.ts'
import { RunsOnDisplay } from './page/runs-on.ts'
import { SettingsForm } from './page/settings.ts'
import { trial } from './page/try.ts'

const isolation = await ensureIsolation()
await breath()
const worker = new Worker(new URL('./engine/worker.ts', import.meta.url), { type: 'module', name: 'engine' })
worker.addEventListener('error', (event) =>
  notify(`The worker failed: ${event.message}. Reload the page to continue from the last checkpoint.`),
)
const engine = wrap<EngineApi>(worker)
await breath()
const runsOn = new RunsOnDisplay()
const display = new RunDisplay()
const form = new SettingsForm()
await breath()
const trying = trial(engine, notify)
const picker = new DataPicker(chooseData, () => form.read())

/** The data for the next run, and the data of the network that the page shows. */
let next: DataSummary
let shown: DataSummary
/** The results on the page. */
let latest: Result | undefined

/** Shows a message at any scroll position; an empty one hides it. */
function notify(message: string): void {
  byId('notice-text').textContent = message
  byId('notice').hidden = message === ''
}
const fail = (error: unknown) => notify(messageOf(error))

function useData(data: DataSummary): void {
  next = data
  drawStrip(byId<HTMLCanvasElement>('strip'), data.test, data.classNames.length)
}

/** Shows the results of a network, or an empty section without one. */
function showNetwork(data: DataSummary, result: Result | undefined): void {
  shown = data
  latest = result
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
  form.lock(run?.status === 'running' || run?.status === 'paused')
}

/** Shows that a run has started. A new one replaces the results of the previous network. */
function begun(run: RunSummary): void {
  lock(run)
  if (run.epochsDone > 0 || run.stepsDone > 0) return display.resumed()
  showNetwork(next, undefined)
  display.begin(run, next)
  // On a phone the form fills the screen, so scroll to the status.
  byId('status').scrollIntoView({ block: 'nearest' })
}

const onEvent = (event: EngineEvent): void => {
  switch (event.type) {
    case 'data-progress':
      return picker.showProgress(event.progress)
    case 'data':
      useData(event.data)
      return picker.show(event.data, false)
    case 'warning':
      return notify(event.message)
    case 'run-begins':
      begun(event.run)
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
      void showPastRuns().catch(fail)
      return event.result && showNetwork(shown, event.result)
    case 'run-fails':
      display.fail(
        'The run failed. The checkpoint of its last finished epoch is stored; press “Continue” to try again.',
      )
      return notify(event.message)
  }
}

async function chooseData(choice: DataChoice): Promise<DataSummary> {
  notify('')
  const data = await engine.useData(choice)
  useData(data)
  // A network on the page stays there with its own data until the next run starts.
  if (!latest) {
    display.setData(data)
    showNetwork(data, undefined)
  }
  return data
}

async function begin(work: () => Promise<void>): Promise<void> {
  notify('')
  try {
    await work()
  } catch (error) {
    form.lock(false)
    fail(error)
  }
}

let starting = false
byId<HTMLFormElement>('settings').addEventListener('submit', (event) => {
  event.preventDefault()
  if (starting) return
  starting = true
  void begin(async () => {
    // Without a pause where the data are there: a click on Pause may follow at once.
    if (!picker.isReady && !(await picker.load())) return
    form.lock(true)
    const before = latest
    showKept(undefined)
    const problem = await engine.start(form.read())
    if (problem) {
      form.lock(false)
      showKept(before)
    }
    form.showProblem(problem)
  }).finally(() => (starting = false))
})
byId('notice-close').addEventListener('click', () => notify(''))
byId('pause').addEventListener('click', () => void begin(() => engine.pause()))
byId('stop').addEventListener('click', () => void begin(() => engine.stop()))
byId('resume').addEventListener('click', () => {
  void begin(() => engine.resume())
})
byId('forget').addEventListener('click', () => {
  void begin(async () => {
    await engine.forget()
    showNetwork(next, undefined)
    display.setData(next)
    await showPastRuns()
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
  image: (file: File) => void trying.take(file),
  model: (files: readonly File[]) => void loadModel(files),
  data: (files: readonly File[]) => picker.take(files),
  pictures: (files: readonly PictureFile[]) => picker.takePictures(files),
  images: async ([first]: readonly File[]) => {
    if (first) await trying.take(first)
    notify(
      'One image is tried at a time: the first. To train on pictures, drop them on a class of “Your own pictures”, or drop a folder with a subfolder for each class.',
    )
  },
}
acceptFiles(targets)
byId<HTMLInputElement>('data-files').addEventListener('change', ({ target }) => {
  const input = target as HTMLInputElement
  const files = [...(input.files ?? [])]
  const take = () => picker.take(files)
  if (files.length > 0) sortFiles(files, { ...targets, image: take, images: take })
  input.value = ''
})
keeping(engine, fail)

let comparison: Promise<RunsComparison> | undefined
/** Shows the runs that have ended. What compares them is loaded with the first two. */
async function showPastRuns(): Promise<void> {
  const runs = await engine.pastRuns()
  if (comparison === undefined && runs.length < 2) return
  comparison ??= import('./page/compare.ts').then((part) => new part.RunsComparison(engine, fail))
  ;(await comparison).show(runs)
}

const { inspection, form: settings, found } = await engine.open(proxy(onEvent))
form.make(settings)
runsOn.setBrowser(inspection, isolation)
if (found.problem) notify(found.problem)
useData(found.data)
picker.show(found.data, await engine.hasFullSet())
if (found.run) {
  form.show(found.run.settings)
  display.begin(found.run, found.data)
  display.end(found.run, found.result)
  lock(found.run)
} else display.setData(found.data)
showNetwork(found.data, found.result)
if (found.matrix) {
  display.matrix(found.matrix)
  trying.showSomething()
}
await showPastRuns().catch(fail)
byId<HTMLButtonElement>('start').disabled = false
document.body.dataset['ready'] = ''
