import { higherIsBetter } from '@treadle/core'
import { valueAt } from '@treadle/experiment/recipe'
import { type Sweep, type SweepEvent, type SweepTrial, trialRecipe } from '@treadle/experiment/sweep'
import { showWarning } from '../../data/load.ts'
import { loadProgress } from '../../data/load-progress.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { duration, plural } from '../../terminal/format.ts'
import type { Ui } from '../../terminal/ui.ts'
import { shortNames, valueText } from './values.ts'

type RunEvent = Extract<SweepEvent, { type: 'run' }>['event']
type ProgressEvent = Extract<RunEvent, { type: 'progress' }>

/** Shows a sweep while it runs: a row for each trial that ends, and the progress of the one that runs. */
export class SweepDisplay {
  readonly #ui: Ui
  readonly #loading: ReturnType<typeof loadProgress>
  #sweep: Sweep | undefined
  #names: ReadonlyMap<string, string> = new Map()
  #best: number | undefined
  #ended = 0
  /** Of the trials that run, by number; then of the runs that confirm, by seed. */
  readonly #running = new Map<number, TrialProgress>()
  #confirming: Confirming | undefined
  #began = performance.now()
  #endedBefore = 0

  constructor(ui: Ui) {
    this.#ui = ui
    this.#loading = loadProgress(ui.progress)
  }

  readonly show = (event: SweepEvent): void => {
    switch (event.type) {
      case 'start':
        return this.#start(event)
      case 'trial-start':
        return
      case 'run':
        return this.#run(event.trial, event.event)
      case 'trial-end':
        this.#running.delete(event.trial.number)
        if (event.trial.state !== 'stopped') this.#row(event.trial)
        return
      case 'confirm':
        return this.#confirm(event)
      case 'confirm-run':
        return this.#confirmRun(event)
      case 'confirm-trained':
        return this.#confirmTrained(event)
    }
  }

  #start({ sweep, directory, trials }: Extract<SweepEvent, { type: 'start' }>): void {
    const { out, context } = this.#ui
    const { bold, dim } = out.colors
    this.#sweep = sweep
    this.#names = shortNames(sweep)
    const { objective, sampler, seed, pruner } = sweep
    const direction = higherIsBetter(objective.metric) ? 'highest' : 'lowest'
    const facts = [
      ['Sweep', sweep.name],
      ['Objective', `${direction} ${objective.metric} of the ${objective.of} epoch`],
      ['Sampler', sampler === 'grid' ? sampler : `${sampler}, seed ${seed}`],
      ...(pruner === undefined ? [] : [['Pruner', pruner.name]]),
      ['Folder', displayPath(directory, context.cwd)],
    ]
    this.#ui.print(
      `${facts.map(([name = '', text = '']) => `${dim(name.padEnd(10))}${valueText(text)}`).join('\n')}\n`,
    )
    if (objective.metric.startsWith('val_') && valueAt(sweep.recipe, 'data.validation') === 'test')
      this.#ui.notice(
        out.colors.yellow(
          'The trials are compared by the test samples, so the test result of the best one is too good.',
        ),
      )
    const head = this.#line('trial', objective.metric, 'best', 'time', 'values')
    this.#ui.print(`${bold(head)}\n${dim('─'.repeat(Math.min(head.length, out.columns - 1)))}`)
    for (const trial of trials) if (trial.state !== 'stopped') this.#row(trial)
    this.#endedBefore = this.#ended
  }

  #row({ number, state, value, seconds, values, error }: SweepTrial): void {
    this.#ended += 1
    const { green, red, dim } = this.#ui.out.colors
    const isBest = value !== undefined && (this.#best === undefined || this.#isBetter(value, this.#best))
    if (isBest) this.#best = value
    const shown = Object.entries(values).map(([path, each]) => `${this.#names.get(path)}=${valueText(each)}`)
    const line = this.#line(
      String(number),
      value === undefined ? state : number4(value),
      number4(this.#best),
      seconds === undefined ? '' : duration(seconds),
      shown.join(' '),
    )
    const color = { failed: red, pruned: dim, best: green, other: String }
    this.#ui.print(color[state === 'failed' || state === 'pruned' ? state : isBest ? 'best' : 'other'](line))
    if (error !== undefined) this.#ui.print(this.#cut(`       ${valueText(error)}`))
  }

  #isBetter(value: number, than: number): boolean {
    return higherIsBetter(this.#sweep?.objective.metric ?? '') === value > than && value !== than
  }

  /** Columns of fixed width, because rows are printed before later ones are known. */
  #line(trial: string, value: string, best: string, time: string, values: string): string {
    const width = Math.max(8, this.#sweep?.objective.metric.length ?? 0)
    return this.#cut(
      `${trial.padStart(5)}  ${value.padStart(width)}  ${best.padStart(8)}  ${time.padStart(10)}  ${values}`,
    )
  }

  #cut(line: string): string {
    const most = this.#ui.out.columns - 1
    return line.length <= most ? line : `${line.slice(0, most - 1)}…`
  }

  #run({ number, values }: SweepTrial, event: RunEvent): void {
    const { progress } = this.#ui
    if (event.type === 'data-progress') return this.#load(event.progress)
    if (event.type === 'warning') return showWarning(event.warning, this.#ui)
    if (event.type === 'start') return progress.clear()
    if (event.type !== 'progress' || this.#sweep === undefined) return
    const training = this.#running.get(number) ?? trialRecipe(this.#sweep, values).training
    this.#advance(number, event, training)
    const { trials } = this.#sweep.budget
    if (this.#running.size > 1)
      return this.#several('trials', trials ?? this.#ended + this.#running.size, this.#bestFigure())
    const label = `Trial ${number}${trials === undefined ? '' : `, ${number + 1} of ${trials}`}`
    this.#step(label, event, training, this.#bestFigure())
  }

  /** @param id a trial's number, or a seed */
  #advance(
    id: number,
    { epoch, step, steps }: ProgressEvent,
    { epochs, batchSize }: Omit<TrialProgress, 'share'>,
  ): void {
    this.#running.set(id, { epochs, batchSize, share: (epoch * steps + step) / (epochs * steps) })
  }

  #step(
    label: string,
    { epoch, step, steps, samplesPerSecond, loss }: ProgressEvent,
    { epochs, batchSize }: Omit<TrialProgress, 'share'>,
    figures: readonly string[],
  ): void {
    this.#ui.progress.update({
      label,
      value: epoch * steps + step,
      total: epochs * steps,
      counted: `epoch ${epoch + 1}/${epochs}`,
      rate: samplesPerSecond / batchSize,
      left: 'left in the run',
      figures: [...figures, `loss ${loss.toFixed(4)}`],
    })
  }

  #confirm({ trial, known, seeds }: Extract<SweepEvent, { type: 'confirm' }>): void {
    this.#ui.progress.clear()
    if (known === undefined && this.#sweep !== undefined) {
      this.#confirming = { training: trialRecipe(this.#sweep, trial.values).training, seeds }
      this.#running.clear()
      this.#began = performance.now()
      this.#ended = 0
      this.#endedBefore = 0
      return this.#ui.print(`\nTrial ${trial.number} is trained again with other seeds, and then tested.`)
    }
    if (known === undefined) return
    const tested = `${known.at.slice(0, 10)} over ${plural(known.runs.length, 'seed')}`
    this.#ui.notice(
      `\nTrial ${trial.number} was confirmed on ${tested}. This result is used; the test samples are not used again.`,
    )
  }

  #confirmRun({ seed, event }: Extract<SweepEvent, { type: 'confirm-run' }>): void {
    const { progress } = this.#ui
    if (event.type === 'data-progress') return this.#load(event.progress)
    if (event.type === 'warning') return showWarning(event.warning, this.#ui)
    if (event.type !== 'progress' || this.#confirming === undefined) return progress.clear()
    const { training, seeds } = this.#confirming
    this.#advance(seed, event, training)
    if (this.#running.size > 1) return this.#several('runs', seeds, [])
    this.#step(`Seed ${seed}`, event, training, [])
  }

  #confirmTrained({ seed, value }: Extract<SweepEvent, { type: 'confirm-trained' }>): void {
    this.#running.delete(seed)
    this.#ended += 1
    this.#ui.print(`Seed ${seed}: ${this.#sweep?.objective.metric} ${number4(value)}`)
  }

  /** While other runs train, their progress says more. */
  #load(progress: Extract<RunEvent, { type: 'data-progress' }>['progress']): void {
    if (this.#running.size === 0) this.#loading(progress)
  }

  /** The progress of several runs at once. @param total with those that have ended */
  #several(what: string, total: number, figures: readonly string[]): void {
    const shares = [...this.#running.values()].reduce((sum, { share }) => sum + share, 0)
    const perSecond = (1000 * (this.#ended - this.#endedBefore + shares)) / (performance.now() - this.#began)
    this.#ui.progress.update({
      label: `${this.#running.size} ${what}`,
      value: this.#ended + shares,
      total,
      counted: `${this.#ended} of ${total} ended`,
      rate: perSecond,
      rateText: `${(3600 * perSecond).toFixed(0)} ${what}/h`,
      figures,
    })
  }

  #bestFigure(): string[] {
    return this.#best === undefined ? [] : [`best ${number4(this.#best)}`]
  }
}

interface TrialProgress {
  readonly epochs: number
  readonly batchSize: number
  /** That is done. */
  readonly share: number
}

/** The confirmation that runs. */
interface Confirming {
  readonly training: Omit<TrialProgress, 'share'>
  /** How many runs it has. */
  readonly seeds: number
}

const number4 = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(4))
