import { type Dataset, escapeControls } from '@treadle/core'
import type { RunSession } from '@treadle/experiment'
import { plannedEpochs } from '@treadle/experiment/recipe'
import { formatLayers, preprocessingText } from '@treadle/report'
import { describeData, describeSource } from '../data/load.ts'
import { count, plural } from '../terminal/format.ts'
import { textOptions } from '../terminal/text-options.ts'
import type { Ui } from '../terminal/ui.ts'
import { wrap } from '../terminal/wrap.ts'
import { displayPath } from '../terminal/display-path.ts'

const NAME_WIDTH = 11
const FAST_MATH: [name: string, text: string] = [
  'Fast math',
  'products and sums are fused where the processor can: the weights differ from those of a run without it, and from those of another processor',
]

/** A named line about the run. */
export function fact(name: string, text: string, { out }: Ui): string {
  const lines = wrap(text, Math.max(30, out.columns - NAME_WIDTH))
  return `${out.colors.dim(name.padEnd(NAME_WIDTH))}${lines.join(`\n${' '.repeat(NAME_WIDTH)}`)}\n`
}

/** Prints the network, the data, the runtime and the run directory before training begins. */
export function printHead({ run, data, runtime, recipe, resumed }: RunSession, ui: Ui): void {
  const { dim, bold } = ui.out.colors
  const { threads: started, requestedThreads, backendName, fastMath, wideSimd, notes } = runtime
  const threads = `${plural(started, 'thread')}${requestedThreads === 'auto' ? '' : ` (asked for ${requestedThreads})`}`
  const facts: [name: string, text: string][] = [
    ['Data', `${bold(escapeControls(data.name))} from ${describeSource(data)}`],
    ['', describeData(data, heldBack(recipe, data))],
    ...imagesFact(data),
    ['Training', trainingText(recipe, data)],
    ...fineTuningFact(recipe),
    ...(resumed === undefined ? [] : [['Resumed', `after ${progressText(resumed)}`] as [string, string]]),
    ['Saved in', displayPath(run.location, ui.context.cwd)],
    [
      'Runs on',
      `${backendName}, ${wideSimd ? 'SIMD in pairs of 128 bits' : 'SIMD'}, ${threads}, Node ${process.versions.node}`,
    ],
    ...(fastMath ? [FAST_MATH] : []),
    ...notes.map(({ message }): [string, string] => ['', dim(message)]),
  ]
  const lines = facts.map(([name, text]) => fact(name, text, ui))
  ui.print(`\n${formatLayers(run.record.model, textOptions(ui.out))}\n\n${lines.join('')}`)
}

/** Samples that are held back for validation: those of the data, or of a split as the trainer counts them. */
function heldBack({ data: { validation } }: RunSession['recipe'], data: Dataset): number {
  if ('classNames' in data && data.validation !== undefined) return data.validation.count
  const all = data.train.count
  return typeof validation === 'object' ? all - Math.floor(all * (1 - validation.split)) : 0
}

/** How the images were prepared, where it is not what the network's input says. */
function imagesFact(data: Dataset): [name: string, text: string][] {
  if (!('classNames' in data) || data.preprocessing === undefined) return []
  return [['Images', preprocessingText(data.preprocessing)]]
}

function trainingText(recipe: RunSession['recipe'], data: Dataset): string {
  const { training, optimizer } = recipe
  const { epochs, batchSize, seed } = training
  const { learningRate } = optimizer
  const rate = typeof learningRate === 'number' ? learningRate : `a ${learningRate.schedule} schedule`
  const own = 'classNames' in data && data.validation !== undefined
  const trained = data.train.count - (own ? 0 : heldBack(recipe, data))
  const batches =
    batchSize > trained
      ? `one batch of all ${count(trained)} samples (asked for ${count(batchSize)})`
      : `batches of ${count(batchSize)}`
  return `${plural(epochs, 'epoch')}, ${batches}, ${optimizer.name} at ${rate}, seed ${seed}`
}

/** The epochs after those of the head, with layers of the base. */
function fineTuningFact(recipe: RunSession['recipe']): [name: string, text: string][] {
  const epochs = plannedEpochs(recipe) - recipe.training.epochs
  if (epochs === 0) return []
  const { unfreeze, fineTuneLearningRate } = recipe.model as unknown as Record<string, number>
  return [
    [
      '',
      `then ${plural(epochs, 'epoch')} with ${plural(unfreeze as number, 'layer')} of the base, at ${fineTuneLearningRate}`,
    ],
  ]
}

function progressText({ epoch, step }: { readonly epoch: number; readonly step: number }): string {
  return step === 0 ? plural(epoch, 'epoch') : `${plural(epoch, 'epoch')} and ${plural(step, 'step')}`
}
