import { type ImageDataset, TreadleError, isTreadleError } from '@treadle/core'
import {
  type Run,
  type RunEvent,
  type RunOptions,
  type RunResult,
  type RunSession,
  buildModel,
  comparableBaseline,
  modelDefinition,
  openRun,
  resumeRun,
  runRecipe,
  toRunReport,
} from '@treadle/experiment'
import type { Recipe } from '@treadle/experiment/recipe'
import { classMetadata, loadModel, saveModel, weightsSha256 } from '@treadle/model'
import { type ClassifierTest, type ReportDocument, describeRun } from '@treadle/report'
import { type Runtime, inspectRuntime, startRuntime } from '@treadle/runtime'
import { type TrainingState, decodeTrainingState } from '@treadle/trainer'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { openData, settingsMatter, summarise } from './data.ts'
import { featureMaps } from './feature-maps.ts'
import { LiveClassifier, metadataOf } from './live-classifier.ts'
import { folderInMemory } from './memory-folder.ts'
import { Meter } from './meter.ts'
import type {
  Classified,
  DataChoice,
  DataSummary,
  EngineApi,
  EngineEvent,
  FeatureMaps,
  Found,
  PastRun,
  Question,
  Result,
  RunStatus,
  RunSummary,
  RunsOn,
  SettingProblem,
  Settings,
} from './protocol.ts'
import { describeLoaded } from './loaded.ts'
import { describeResult, earlyMatrix, testModel } from './result.ts'
import { commandOf, presetSettings, problemOf, recipeOf, settingFields } from './settings.ts'
import type { PastRuns } from './past-runs.ts'
import { type Kept, RUN, findKept, forgetKept, hasPastRuns, holdStore, keep } from './store.ts'

/** Milliseconds between two confusion matrices during an epoch. */
const MATRIX_EVERY = 2000

interface Data {
  readonly choice: DataChoice
  readonly set: ImageDataset
  readonly summary: DataSummary
}

/** The latest run: while it goes, as it is after its last finished epoch. */
interface CurrentRun {
  readonly settings: Settings
  readonly run: Run
  readonly status: RunStatus
  /** Its checkpoint; absent before the first. */
  readonly state: TrainingState | undefined
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
  readonly #classifier = new LiveClassifier()
  #current: CurrentRun | undefined
  /** The report on the network, once it is tested. */
  #document: ReportDocument | undefined
  /** Loaded with the first run that ends. */
  #past: Promise<PastRuns> | undefined
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
    const form = { fields: settingFields(), presets: presetSettings() }
    return { inspection, form, found: await this.#bringBack() }
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
    const problem = problemOf(settings, this.#data?.choice.kind ?? 'sample')
    if (!problem) await (this.#starting = this.#start(settings))
    return problem
  }
  resume = (): Promise<void> => (this.#starting = this.#resume())
  pause = (): Promise<void> => this.#end('pause')
  stop = async (): Promise<void> => {
    await this.#started()
    if (this.#going) return this.#end('stop')
    if (this.#current?.status !== 'paused') return
    this.#current = { ...this.#current, status: 'stopped' }
    await this.#saveStopped()
    const result = await this.#resultOf(this.#current)
    await this.#addPast(this.#current.run)
    this.#tell({ type: 'run-ends', run: summaryOf(this.#current), result })
  }

  async forget(): Promise<void> {
    this.#checkIdle('Deleting the run')
    this.#useNetwork(undefined)
    this.#current = undefined
    this.#past = undefined
    if (this.#keeps) await forgetKept()
  }

  async pastRuns(): Promise<readonly PastRun[]> {
    if (this.#past === undefined && !(this.#keeps && (await hasPastRuns()))) return []
    return (await this.#pastRuns()).list()
  }

  async compareRuns(names: readonly string[]): Promise<ReportDocument> {
    const loaded = [this.#data, this.#network?.data].flatMap((data) => data?.set ?? [])
    return (await this.#pastRuns()).compare(names, loaded)
  }

  async classify(image: Question): Promise<Classified | undefined> {
    if (!this.#network) return undefined
    const { model, data } = this.#network
    return this.#classifier.classify(image, model, data.set, this.#going !== undefined)
  }

  async featureMaps(input: Float32Array, layer: string): Promise<FeatureMaps | undefined> {
    return this.#network && featureMaps(this.#network.model, input, layer)
  }

  async loadModel(files: readonly File[]): Promise<Result> {
    this.#checkIdle('Loading a model')
    const data = this.#data ?? (await this.#openData({ kind: 'sample' }))
    await this.#useRuntime({ threads: this.#runtime?.requestedThreads ?? 'auto', fastMath: this.#fastMath })
    const result = await this.#takeModel(files, data)
    this.#current = undefined
    await this.#save({ data: data.choice, model: files })
    return result
  }

  async modelFiles() {
    const { model, data } = this.#require(this.#network)
    const folder = folderInMemory()
    const metadata = metadataOf(model, data.set)
    await saveModel(model, folder.handle, { metadata })
    return folder.modelFiles()
  }

  async reportHtml(): Promise<string> {
    const document = this.#require(this.#document)
    const { renderReportHtml } = await import('./render-report.ts')
    return renderReportHtml(document)
  }

  // Data, runtime and model.

  async #openData(choice: DataChoice): Promise<Data> {
    const set = await openData(choice, {
      onProgress: (progress) => this.#tell({ type: 'data-progress', progress }),
      // The findings on pictures are shown together.
      onWarning: ({ message }) => choice.kind !== 'pictures' && this.#tell({ type: 'warning', message }),
    })
    const summary = summarise(choice.kind, set)
    return (this.#data = { choice, set, summary })
  }

  async #useRuntime({
    threads,
    fastMath,
    wideSimd = false,
  }: Pick<Recipe['training'], 'threads' | 'fastMath'> &
    Partial<Pick<Recipe['training'], 'wideSimd'>>): Promise<Runtime> {
    if (this.#runtime?.requestedThreads === threads && this.#fastMath === fastMath && !wideSimd)
      return this.#runtime
    this.#useNetwork(undefined)
    await this.#runtime?.dispose()
    this.#runtime = undefined
    this.#fastMath = fastMath
    return (this.#runtime = await startRuntime({ threads, fastMath, wideSimd }))
  }

  #useNetwork(network: Network | undefined): void {
    this.#classifier.reset()
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
      classMetadata(model, metadataOf(model, set))
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
    let data = this.#data ?? (await this.#openData({ kind: 'sample' }))
    if (data.choice.kind === 'pictures' && settingsMatter(data.choice, settings)) {
      data = await this.#openData({ ...data.choice, settings })
      this.#tell({ type: 'data', data: data.summary })
    }
    const recipe = recipeOf(settings, data.choice.kind)
    await this.#useRuntime(recipe.training)
    this.#current = undefined
    this.#useNetwork(undefined)
    await this.#save({ data: data.choice, settings })
    const directory = this.#keeps ? { directory: RUN, force: true } : {}
    await this.#go(settings, data, (options) => runRecipe(recipe, { ...options, ...directory }))
  }

  async #resume(): Promise<void> {
    this.#checkIdle('Continuing')
    const current = this.#current
    if (current?.status !== 'paused') {
      throw new TreadleError('WEB_NOTHING_TO_RESUME', 'There is no paused run to continue. Start a new one.')
    }
    const { settings, run } = current
    if (!current.state) return this.#start(settings)
    const { data } = this.#require(this.#network)
    await this.#go(settings, data, (options) => resumeRun(run.store, {}, options))
  }

  /** Resolves when training has begun; what comes then are events. */
  #go(settings: Settings, data: Data, carryOut: (options: RunOptions) => Promise<RunResult>): Promise<void> {
    const runtime = this.#require(this.#runtime)
    const controller = new AbortController()
    return new Promise((resolve, reject) => {
      let follow: ((event: RunEvent) => Promise<void>) | undefined
      const onEvent = async (event: RunEvent) => {
        if (event.type === 'start') {
          follow = this.#begin(event.session, settings, data)
          this.#going = { controller, intent: 'pause', ended }
          resolve()
        } else await follow?.(event)
      }
      const options = { data: data.set, runtime, signal: controller.signal, keepModel: true, onEvent }
      const ended: Promise<void> = carryOut({ ...options, reports: [] }).then(
        (result) => this.#conclude(result),
        (error: unknown) => (follow ? this.#fail(error) : reject(error as Error)),
      )
    })
  }

  /** Shows the run's network and returns what follows its events. */
  #begin(session: RunSession, settings: Settings, data: Data): (event: RunEvent) => Promise<void> {
    const { recipe, model, runtime, run, resumed } = session
    const { set } = data
    this.#useNetwork({ model, data })
    this.#current = { settings, run, status: 'running', state: resumed }
    this.#tell({ type: 'run-begins', run: summaryOf(this.#current), runsOn: runsOn(runtime) })
    const meter = new Meter(
      { ...recipe.training, samples: trainingSamples(recipe, set.train.count) },
      resumed,
    )
    let lookedAt = performance.now()
    const tellMatrix = async () => {
      this.#tell({ type: 'matrix', ...(await earlyMatrix(model, set, runtime)) })
      lookedAt = performance.now()
    }
    return async (event) => {
      if (event.type === 'epoch') {
        const state = event.state()
        this.#current = { settings, run, status: 'running', state }
        const { epoch, ...logs } = event.entry
        this.#tell({ type: 'epoch', epoch: epoch - 1, logs, history: state.history })
        if (epoch < recipe.training.epochs) await tellMatrix()
      } else if (event.type === 'progress') {
        const { epoch, step, steps, loss, accuracy = 0, executor } = event
        const measured = { points: meter.points(event), ...meter.rate(event) }
        this.#tell({ type: 'progress', epoch, step, steps, loss, accuracy, executor, ...measured })
        if (performance.now() - lookedAt >= MATRIX_EVERY) await tellMatrix()
      }
    }
  }

  async #conclude(outcome: RunResult): Promise<void> {
    const { stopped, analysis } = outcome
    const { settings, run } = this.#require(this.#current)
    const paused = stopped === 'aborted' && this.#going?.intent !== 'stop'
    const status = paused ? 'paused' : stopped === 'aborted' ? 'stopped' : 'finished'
    this.#current = { settings, run, status, state: outcome.state() }
    if (status === 'stopped') await this.#saveStopped()
    const test = analysis?.report.test?.kind === 'classifier' ? analysis.report.test : undefined
    const result = paused ? undefined : await this.#resultOf(this.#current, test)
    if (!paused) await this.#addPast(run)
    this.#going = undefined
    this.#tell({ type: 'run-ends', run: summaryOf(this.#current), result })
  }

  async #fail(error: unknown): Promise<void> {
    this.#going = undefined
    // The failed run has disposed its model.
    this.#classifier.reset()
    const network = this.#network
    this.#network = undefined
    const { settings, run, state } = this.#require(this.#current)
    if (network && state) {
      const model = await restoredModel(run.record.recipe, network.data.set, state)
      this.#useNetwork({ model, data: network.data })
    }
    this.#current = { settings, run, status: 'paused', state }
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

  /** The results of a run's network. @param tested its outputs, if the run has tested it */
  async #resultOf({ run, status, state }: CurrentRun, tested?: ClassifierTest): Promise<Result> {
    const { model, data } = this.#require(this.#network)
    const { set } = data
    this.#classifier.reset()
    const test = tested ?? (await testModel(model, set, this.#require(this.#runtime)))
    const { record } = run
    const { recipe } = record
    const { epoch: epochs = 0, step = 0, history = { loss: [] } } = state ?? {}
    const stopped = status === 'stopped'
    // A command always ends with what early stopping does at the end of a run.
    const repeatable = step === 0 && epochs > 0 && !(stopped && recipe.earlyStopping !== false)
    const command = repeatable ? commandOf(recipe, stopped ? epochs : recipe.training.epochs) : undefined
    const sha256 = await weightsSha256(model)
    const { command: _, ...report } = await toRunReport(record, {
      history,
      test,
      reference: comparableBaseline(modelDefinition(recipe), set.source, recipe),
      data: set,
    })
    this.#document = describeRun({
      ...report,
      ...(command !== undefined && { command }),
      weightsSha256: sha256,
    })
    return describeResult(this.#document, model, {
      title: this.#document.title,
      weightsSha256: sha256,
      hasReport: true,
      ...(command === undefined
        ? { noCommand: 'There is no such command, because the run was stopped before its end.' }
        : { command }),
    })
  }

  // The store.

  #pastRuns(): Promise<PastRuns> {
    return (this.#past ??= import('./past-runs.ts').then(({ PastRuns: Past }) => Past.open(this.#keeps)))
  }

  async #addPast(run: Run): Promise<void> {
    try {
      await (await this.#pastRuns()).add(run, this.#keeps)
    } catch (error) {
      this.#tell({ type: 'warning', message: `This run cannot be compared later (${messageOf(error)}).` })
    }
  }

  async #saveStopped(): Promise<void> {
    const { settings } = this.#require(this.#current)
    await this.#save({ data: this.#require(this.#network).data.choice, settings, stopped: true })
  }

  async #save(kept: Omit<Kept, 'format'>): Promise<void> {
    if (!this.#keeps) return
    try {
      await keep({ format: 2, ...kept })
    } catch (error) {
      this.#keeps = false
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
      if (!kept.settings) return { ...nothing, data: summary }
      const current = await this.#bringRunBack(kept, data)
      const found = { ...nothing, data: summary, run: summaryOf(current) }
      if (current.status !== 'paused') return { ...found, result: await this.#resultOf(current) }
      if (!current.state) return found
      const { model } = this.#require(this.#network)
      return { ...found, matrix: await earlyMatrix(model, data.set, this.#require(this.#runtime)) }
    } catch (error) {
      const problem = `The run that this browser stored cannot be restored: ${messageOf(error)}`
      const data = this.#data ?? (await this.#openData({ kind: 'sample' }))
      return { ...nothing, data: data.summary, problem }
    }
  }

  async #bringRunBack({ settings = {}, stopped = false }: Kept, data: Data): Promise<CurrentRun> {
    const run = await openRun(RUN)
    const { recipe, status } = run.record
    const bytes = await run.readCheckpoint('last')
    const state = bytes && decodeTrainingState(bytes)
    await this.#useRuntime(recipe.training)
    const ended =
      status === 'finished' || status === 'early-stopping' || state?.epoch === recipe.training.epochs
    const model = await restoredModel(recipe, data.set, state, ended)
    this.#useNetwork({ model, data })
    return (this.#current = {
      settings,
      run,
      state,
      status: ended ? 'finished' : stopped ? 'stopped' : 'paused',
    })
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

/** The network of a run with the weights of its checkpoint; @param ended with those of the best epoch if it restores them */
async function restoredModel(
  recipe: Recipe,
  data: ImageDataset,
  state: TrainingState | undefined,
  ended = false,
): Promise<LayersModel> {
  const model = await buildModel(recipe, data)
  if (!state) return model
  const best = ended && recipe.earlyStopping && recipe.earlyStopping.restoreBestWeights && state.best
  const { weights } = best || state
  tidy(() => model.setWeights(weights.map((values, i) => tensor(values, [...(state.model[i]?.shape ?? [])]))))
  return model
}

/** Training samples in an epoch: those that do not validate. */
function trainingSamples({ data: { validation } }: Recipe, count: number): number {
  return typeof validation === 'object' ? Math.floor(count * (1 - validation.split)) : count
}

function runsOn({ backendName, simd, threads, requestedThreads, shared, notes }: Runtime): RunsOn {
  return { backend: backendName, simd, threads, requestedThreads, shared, notes }
}

function summaryOf({ settings, run, status, state }: CurrentRun): RunSummary {
  const { epoch = 0, step = 0, history = { loss: [] } } = state ?? {}
  const { recipe } = run.record
  const hasBaseline = modelDefinition(recipe).published !== undefined
  return {
    settings,
    status,
    epochs: recipe.training.epochs,
    epochsDone: epoch,
    stepsDone: step,
    history,
    hasBaseline,
  }
}

function messageOf(error: unknown): string {
  if (isTreadleError(error)) return error.message
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
