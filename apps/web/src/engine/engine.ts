import { type ImageDataset, TreadleError, isTreadleError } from '@treadle/core'
import type { Recipe } from '@treadle/experiment/recipe'
import { Classifier, classMetadata, loadModel, models, saveModel, weightsSha256 } from '@treadle/model'
import { type ReportDocument, renderReportHtml } from '@treadle/report'
import { type Runtime, inspectRuntime, startRuntime } from '@treadle/runtime'
import {
  type TrainResult,
  type TrainingState,
  decodeTrainingState,
  encodeTrainingState,
  train,
} from '@treadle/trainer'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { openData, summarise } from './data.ts'
import { folderInMemory } from './memory-folder.ts'
import { Meter } from './meter.ts'
import type {
  Classified,
  DataChoice,
  DataSummary,
  EngineApi,
  EngineEvent,
  Found,
  PagePixels,
  Result,
  RunStatus,
  RunSummary,
  RunsOn,
  SettingProblem,
  Settings,
} from './protocol.ts'
import { describeLoaded, describeTrained } from './report.ts'
import { describeResult, earlyMatrix, testModel } from './result.ts'
import { commandOf, problemOf, recipeOf, settingFields } from './settings.ts'
import { type KeptRun, findKept, forgetKept, holdStore, keep } from './store.ts'
import { trainOptions } from './train-options.ts'

/** Milliseconds between two confusion matrices during an epoch. */
const MATRIX_EVERY = 2000
/** Milliseconds after which a classifier of a network in training gets new weights. */
const FRESH_FOR = 500

interface Data {
  readonly choice: DataChoice
  readonly set: ImageDataset
  readonly summary: DataSummary
}

interface Run {
  readonly settings: Settings
  readonly recipe: Recipe
  readonly startedAt: string
  status: RunStatus
  seconds: number
  state: TrainingState | undefined
}

/** A network and the data that it is trained or tested on. */
interface Network {
  readonly model: LayersModel
  readonly data: Data
}

/** The worker: data for the next run, one network, and at most one run at a time. */
export class Engine implements EngineApi {
  #tell: (event: EngineEvent) => void = () => {}
  #data: Data | undefined
  #runtime: Runtime | undefined
  #fastMath = false
  #network: Network | undefined
  #classifier: Classifier | undefined
  #classifierMade = 0
  #run: Run | undefined
  /** The report on the network, once it is tested. */
  #document: ReportDocument | undefined
  /** Whether this tab may store its run: only one tab at a time may. */
  #keeps = false
  /** The latest start of a run. Its caller receives its error. */
  #starting: Promise<void> | undefined
  /** Set during a run. */
  #going:
    | { readonly controller: AbortController; intent: 'pause' | 'stop'; readonly ended: Promise<void> }
    | undefined

  async open(listener: (event: EngineEvent) => void) {
    this.#tell = listener
    const inspection = inspectRuntime()
    if (!(await holdStore(() => (this.#keeps = true)))) {
      const message =
        'This page is open in another tab, and only one tab can store a run. This tab stores nothing until the other is closed. Download the model to save it.'
      this.#tell({ type: 'warning', message })
    }
    return { inspection, fields: settingFields(), found: await this.#bringBack() }
  }

  async useData(choice: DataChoice): Promise<DataSummary> {
    this.#checkIdle('Loading other data')
    return (await this.#openData(choice)).summary
  }

  async hasFullSet(): Promise<boolean> {
    const store = await globalThis.caches?.open('treadle').catch(() => undefined)
    return (await store?.keys())?.length === 4
  }

  start = async (settings: Settings): Promise<SettingProblem | undefined> => {
    const problem = problemOf(settings)
    if (!problem) await (this.#starting = this.#start(settings))
    return problem
  }
  resume = (): Promise<void> => (this.#starting = this.#resume())
  pause = (): Promise<void> => this.#end('pause')
  stop = async (): Promise<void> => {
    await this.#started()
    if (this.#going) return this.#end('stop')
    const run = this.#run
    if (run?.status !== 'paused') return
    run.status = 'stopped'
    await this.#keep()
    this.#tell({ type: 'run-ends', run: summaryOf(run), result: await this.#testRun(run) })
  }

  async forget(): Promise<void> {
    this.#checkIdle('Deleting the run')
    this.#useNetwork(undefined)
    this.#run = undefined
    if (this.#keeps) await forgetKept()
  }

  async classify(image: PagePixels | { readonly row: number }): Promise<Classified | undefined> {
    if (!this.#network) return undefined
    const { model, data } = this.#network
    // A classifier keeps the weights with which it was made.
    if (this.#going && performance.now() - this.#classifierMade > FRESH_FOR) this.#dropClassifier()
    this.#classifierMade = this.#classifier ? this.#classifierMade : performance.now()
    this.#classifier ??= Classifier.from(model, metadataOf(model, data.set.classNames))
    const classifier = this.#classifier
    const { height, width, channels } = classifier.preprocessing
    if ('row' in image) {
      const { test } = data.set
      const size = test.height * test.width * test.channels
      const images = test.images.subarray(image.row * size, (image.row + 1) * size)
      const [predictions = []] = await classifier.classify({ ...test, images, count: 1 })
      const values = Float32Array.from(images, (value) => value / 255)
      return {
        predictions,
        seen: { values, height: test.height, width: test.width, channels: test.channels },
      }
    }
    const [predictions, values] = [await classifier.classify(image), await classifier.prepare(image)]
    return { predictions, seen: { values, height, width, channels } }
  }

  async loadModel(files: readonly File[]): Promise<Result> {
    this.#checkIdle('Loading a model')
    const data = this.#data ?? (await this.#openData({ kind: 'sample' }))
    await this.#useRuntime({ threads: this.#runtime?.requestedThreads ?? 'auto', fastMath: this.#fastMath })
    const result = await this.#takeModel(files, data)
    this.#run = undefined
    await this.#save({ data: data.choice, model: files })
    return result
  }

  async modelFiles() {
    const { model, data } = this.#require(this.#network)
    const folder = folderInMemory()
    const metadata = metadataOf(model, data.set.classNames)
    await saveModel(model, folder.handle, { metadata })
    return folder.modelFiles()
  }

  async reportHtml(): Promise<string> {
    return renderReportHtml(this.#require(this.#document))
  }

  // Data, runtime and model.

  async #openData(choice: DataChoice): Promise<Data> {
    const set = await openData(choice, {
      onProgress: (progress) => this.#tell({ type: 'data-progress', progress }),
      onWarning: ({ message }) => this.#tell({ type: 'warning', message }),
    })
    const summary = summarise(choice.kind, set)
    return (this.#data = { choice, set, summary })
  }

  async #useRuntime({
    threads,
    fastMath,
  }: Pick<Recipe['training'], 'threads' | 'fastMath'>): Promise<Runtime> {
    if (this.#runtime?.requestedThreads === threads && this.#fastMath === fastMath) return this.#runtime
    this.#useNetwork(undefined)
    await this.#runtime?.dispose()
    this.#runtime = undefined
    this.#fastMath = fastMath
    return (this.#runtime = await startRuntime({ threads, fastMath }))
  }

  #dropClassifier(): void {
    void this.#classifier?.dispose()
    this.#classifier = undefined
  }

  #useNetwork(network: Network | undefined): void {
    this.#dropClassifier()
    this.#network?.model.dispose()
    this.#network = network
    this.#document = undefined
  }

  async #takeModel(files: readonly File[], data: Data): Promise<Result> {
    const { set } = data
    const { height, width, channels } = set.test
    const inputShape = channels === 1 ? [height, width] : [height, width, channels]
    const model = await loadModel(files, { expect: { inputShape, outputShape: [set.classNames.length] } })
    try {
      classMetadata(model, metadataOf(model, set.classNames))
      const runtime = this.#require(this.#runtime)
      const test = await testModel(model, set, runtime)
      const sha256 = await weightsSha256(model)
      this.#useNetwork({ model, data })
      const document = describeLoaded({ model, data: set, runtime, test, weightsSha256: sha256 })
      this.#document = document
      const noCommand = 'This network was loaded from files, so the command that trains it is not known.'
      const rest = { title: model.name, weightsSha256: sha256, noCommand, hasReport: false }
      return describeResult(document, model, rest)
    } catch (error) {
      if (this.#network?.model !== model) model.dispose()
      throw error
    }
  }

  // Runs.

  async #start(settings: Settings): Promise<void> {
    this.#checkIdle('Starting a run')
    const data = this.#data ?? (await this.#openData({ kind: 'sample' }))
    const recipe = recipeOf(settings, data.choice.kind)
    await this.#useRuntime(recipe.training)
    this.#useNetwork({ model: await buildModel(data.set, recipe), data })
    this.#run = {
      settings,
      recipe,
      startedAt: new Date().toISOString(),
      status: 'running',
      seconds: 0,
      state: undefined,
    }
    await this.#go(this.#run)
  }

  async #resume(): Promise<void> {
    this.#checkIdle('Continuing')
    const run = this.#run
    if (run?.status !== 'paused')
      throw new TreadleError('WEB_NOTHING_TO_RESUME', 'There is no paused run to continue. Start a new one.')
    await this.#go(run)
  }

  async #go(run: Run): Promise<void> {
    const { recipe, state } = run
    const { model, data } = this.#require(this.#network)
    const { set } = data
    const runtime = this.#require(this.#runtime)
    const controller = new AbortController()
    const options = { ...trainOptions(recipe, set.classNames), runtime, signal: controller.signal }
    const events = train(model, set, { ...options, ...(state && { resume: state }) })
    run.status = 'running'
    await this.#keep()
    this.#tell({ type: 'run-begins', run: summaryOf(run), runsOn: runsOn(runtime) })
    const meter = new Meter({ ...recipe.training, samples: trainingSamples(recipe, set.train.count) }, state)
    const ended = this.#follow(run, events, meter)
      .then((result) => this.#conclude(run, result))
      .catch((error: unknown) => this.#fail(run, error))
    this.#going = { controller, intent: 'pause', ended }
  }

  async #follow(run: Run, events: ReturnType<typeof train>, meter: Meter): Promise<TrainResult> {
    const { model, data } = this.#require(this.#network)
    const { set } = data
    const runtime = this.#require(this.#runtime)
    const [began, before] = [performance.now(), run.seconds]
    const tellMatrix = async () => this.#tell({ type: 'matrix', ...(await earlyMatrix(model, set, runtime)) })
    let lookedAt = began
    for await (const event of events) {
      run.seconds = before + (performance.now() - began) / 1000
      if (event.type === 'done') {
        run.state = event.state()
        return event
      }
      if (event.type === 'epoch') {
        run.state = event.state()
        await this.#keep()
        const { epoch, logs } = event
        this.#tell({ type: 'epoch', epoch, logs, history: run.state.history })
        if (epoch + 1 < run.recipe.training.epochs) await tellMatrix()
        lookedAt = performance.now()
        continue
      }
      const { epoch, step, steps, loss, accuracy = 0, executor } = event
      const points = meter.points(event)
      this.#tell({
        type: 'progress',
        epoch,
        step,
        steps,
        loss,
        accuracy,
        executor,
        points,
        ...meter.rate(event),
      })
      if (performance.now() - lookedAt < MATRIX_EVERY) continue
      await tellMatrix()
      lookedAt = performance.now()
    }
    throw new Error('training ended without a result')
  }

  async #conclude(run: Run, { stopped }: TrainResult): Promise<void> {
    const paused = stopped === 'aborted' && this.#going?.intent !== 'stop'
    run.status = paused ? 'paused' : stopped === 'aborted' ? 'stopped' : 'finished'
    await this.#keep()
    const result = paused ? undefined : await this.#testRun(run)
    this.#going = undefined
    this.#tell({ type: 'run-ends', run: summaryOf(run), result })
  }

  async #fail(run: Run, error: unknown): Promise<void> {
    this.#going = undefined
    run.status = 'paused'
    await this.#keep()
    this.#tell({ type: 'run-fails', message: messageOf(error) })
  }

  /** Waits for the start of a run, which may be ended only after it. */
  async #started(): Promise<void> {
    await this.#starting?.catch(() => {})
  }

  async #end(intent: 'pause' | 'stop'): Promise<void> {
    await this.#started()
    if (!this.#going) return
    this.#going.intent = intent
    this.#going.controller.abort()
    await this.#going.ended
  }

  async #testRun(run: Run): Promise<Result> {
    const { model, data } = this.#require(this.#network)
    const { set, summary } = data
    const runtime = this.#require(this.#runtime)
    this.#dropClassifier()
    const test = await testModel(model, set, runtime)
    const sha256 = await weightsSha256(model)
    const { recipe, status, state } = run
    const { epoch: epochs = 0, step = 0, history = { loss: [] } } = state ?? {}
    const executor = state?.executor ?? recipe.training.executor
    const stopped = status === 'stopped'
    // A command always ends with what early stopping does at the end of a run.
    const repeatable = step === 0 && epochs > 0 && !(stopped && recipe.earlyStopping !== false)
    const command = repeatable ? commandOf(recipe, stopped ? epochs : recipe.training.epochs) : undefined
    const network = { model, data: set, runtime, test, weightsSha256: sha256 }
    const document = describeTrained(network, { ...run, summary, executor, history, command })
    this.#document = document
    return describeResult(document, model, {
      title: document.title,
      weightsSha256: sha256,
      hasReport: true,
      ...(command === undefined
        ? { noCommand: 'There is no such command, because the run was stopped before its end.' }
        : { command }),
    })
  }

  // The store.

  async #keep(): Promise<void> {
    const { settings, recipe, startedAt, status, seconds, state } = this.#require(this.#run)
    const run: KeptRun = {
      settings,
      recipe,
      startedAt,
      status,
      seconds,
      ...(state && { state: encodeTrainingState(state) }),
    }
    await this.#save({ data: this.#require(this.#network).data.choice, run })
  }

  async #save(kept: Omit<Parameters<typeof keep>[0], 'format'>): Promise<void> {
    if (!this.#keeps) return
    try {
      await keep({ format: 2, ...kept })
    } catch (error) {
      const message = `This browser cannot store the run (${messageOf(error)}). Download the model before you leave the page.`
      this.#tell({ type: 'warning', message })
    }
  }

  async #bringBack(): Promise<Found> {
    const nothing = { run: undefined, result: undefined, problem: undefined }
    try {
      const kept = await findKept()
      if (!kept) return { ...nothing, data: (await this.#openData({ kind: 'sample' })).summary }
      const choice = kept.data.kind === 'full' ? { kind: 'full' as const, download: false } : kept.data
      const data = await this.#openData(choice)
      const { summary } = data
      if (kept.model) {
        await this.#useRuntime({ threads: 'auto', fastMath: false })
        return { ...nothing, data: summary, result: await this.#takeModel(kept.model, data) }
      }
      if (!kept.run) return { ...nothing, data: summary }
      const { run, result } = await this.#bringRunBack(kept.run, data)
      return { ...nothing, data: summary, run: summaryOf(run), result }
    } catch (error) {
      const problem = `The run that this browser stored cannot be restored: ${messageOf(error)}`
      const data = this.#data ?? (await this.#openData({ kind: 'sample' }))
      return { ...nothing, data: data.summary, problem }
    }
  }

  async #bringRunBack(kept: KeptRun, data: Data): Promise<{ run: Run; result: Result | undefined }> {
    const { recipe } = kept
    await this.#useRuntime(recipe.training)
    const model = await buildModel(data.set, recipe)
    this.#useNetwork({ model, data })
    const state = kept.state && decodeTrainingState(kept.state)
    // A run that was interrupted by the end of the page continues from its last finished epoch.
    const whole = state?.epoch === recipe.training.epochs
    const status = kept.status === 'running' ? (whole ? 'finished' : 'paused') : kept.status
    if (state) {
      const restored =
        status === 'finished' && recipe.earlyStopping && recipe.earlyStopping.restoreBestWeights
      const weights = (restored ? state.best?.weights : undefined) ?? state.weights
      tidy(() =>
        model.setWeights(weights.map((values, i) => tensor(values, [...(state.model[i]?.shape ?? [])]))),
      )
    }
    const run: Run = { ...kept, status, state }
    this.#run = run
    return { run, result: status === 'paused' ? undefined : await this.#testRun(run) }
  }

  #checkIdle(operation: string): void {
    if (this.#going)
      throw new TreadleError(
        'WEB_BUSY',
        `${operation} is not possible during a run. Pause or stop the run first.`,
      )
  }

  #require<Thing>(thing: Thing | undefined): Thing {
    if (thing === undefined)
      throw new TreadleError('WEB_NOTHING_THERE', 'There is no trained network yet. Start a run first.')
    return thing
  }
}

async function buildModel(
  { train: { height, width, channels }, classNames }: ImageDataset,
  { model, training }: Recipe,
): Promise<LayersModel> {
  const { name, ...options } = model
  const definition = models.get(name)
  if (!definition) throw new Error(`a recipe named the unknown model ${name}`)
  const inputShape = channels === 1 ? [height, width] : [height, width, channels]
  return definition.build({ ...options, seed: training.seed, inputShape, outputs: classNames.length })
}

/** Training samples in an epoch: those that do not validate. */
function trainingSamples({ data: { validation } }: Recipe, count: number): number {
  return typeof validation === 'object' ? Math.floor(count * (1 - validation.split)) : count
}

/** Class names and preprocessing of a loaded model; those of the data if it has none. */
function metadataOf(model: LayersModel, classNames: readonly string[]) {
  const stored = (model.getUserDefinedMetadata() ?? {}) as Parameters<typeof classMetadata>[1]
  return classMetadata(model, { classNames, ...stored })
}

function runsOn({ backendName, simd, threads, requestedThreads, shared, notes }: Runtime): RunsOn {
  return { backend: backendName, simd, threads, requestedThreads, shared, notes }
}

function summaryOf({ settings, recipe, status, state }: Run): RunSummary {
  const { epoch = 0, step = 0, history = { loss: [] } } = state ?? {}
  return { settings, status, epochs: recipe.training.epochs, epochsDone: epoch, stepsDone: step, history }
}

function messageOf(error: unknown): string {
  if (isTreadleError(error)) return error.message
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
