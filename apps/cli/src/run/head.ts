import { formatLayers } from '@treadle/report'
import { describeData, describeSource } from '../data/load.ts'
import { plural } from '../terminal/format.ts'
import { textOptions } from '../terminal/text-options.ts'
import type { Ui } from '../terminal/ui.ts'
import { wrap } from '../terminal/wrap.ts'
import { displayPath } from '../terminal/display-path.ts'
import type { TrainSession } from './prepare.ts'

const NAME_WIDTH = 11
const FAST_MATH: [name: string, text: string] = [
  'Fast math',
  'products and sums are rounded at once where this processor can: the weights are not those of a run without it, nor of another processor',
]

/** A named line of what is about to happen. */
export function fact(name: string, text: string, { out }: Ui): string {
  const lines = wrap(text, Math.max(30, out.columns - NAME_WIDTH))
  return `${out.colors.dim(name.padEnd(NAME_WIDTH))}${lines.join(`\n${' '.repeat(NAME_WIDTH)}`)}\n`
}

/** What is about to happen: the network, the data, what it runs on, and where it is kept. */
export function printHead({ directory, data, runtime, request, state }: TrainSession, ui: Ui): void {
  const { dim, bold } = ui.out.colors
  const { record, path } = directory
  const threads = `${plural(runtime.threads, 'thread')}${runtime.requestedThreads === 'auto' ? '' : ` (asked for ${runtime.requestedThreads})`}`
  const facts: [name: string, text: string][] = [
    ['Data', `${bold(data.name)} from ${describeSource(data)}`],
    ['', describeData(data)],
    ['Training', trainingText(request)],
    ...(state === undefined ? [] : [['Resumed', `after ${progressText(state)}`] as [string, string]]),
    ['Kept in', displayPath(path, ui.context.cwd)],
    ['Runs on', `${runtime.backendName}, SIMD, ${threads}, Node ${process.versions.node}`],
    ...(runtime.fastMath ? [FAST_MATH] : []),
    ...runtime.notes.map(({ message }): [string, string] => ['', dim(message)]),
  ]
  const lines = facts.map(([name, text]) => fact(name, text, ui))
  ui.print(`\n${formatLayers(record.model, textOptions(ui.out))}\n\n${lines.join('')}`)
}

function trainingText({ epochs, batchSize, optimizer, learningRate, seed }: TrainSession['request']): string {
  const rate = learningRate === undefined ? '' : ` at ${learningRate}`
  return `${plural(epochs, 'epoch')}, batches of ${batchSize}, ${optimizer}${rate}, seed ${seed}`
}

function progressText({ epoch, step }: { readonly epoch: number; readonly step: number }): string {
  return step === 0 ? plural(epoch, 'epoch') : `${plural(epoch, 'epoch')} and ${plural(step, 'step')}`
}
