import { formatLayers } from '@treadle/metrics'
import { describeData, describeSource } from '../data/load.ts'
import { plural } from '../terminal/format.ts'
import { textOptions } from '../terminal/text-options.ts'
import type { Ui } from '../terminal/ui.ts'
import { displayPath } from '../terminal/display-path.ts'
import type { TrainSession } from './prepare.ts'

/** What is about to happen: the network, the data, what it runs on, and where it is kept. */
export function printHead({ directory, data, runtime, request, state }: TrainSession, ui: Ui): void {
  const { dim, bold } = ui.out.colors
  const { record, path } = directory
  const fact = (name: string, text: string) => ` ${dim(name.padEnd(9))} ${text}\n`
  const threads = `${plural(runtime.threads, 'thread')}${runtime.requestedThreads === 'auto' ? '' : ` (asked for ${runtime.requestedThreads})`}`
  ui.print(
    `\n${formatLayers(record.model, textOptions(ui.out))}\n\n` +
      fact('Data', `${bold(data.name)} from ${describeSource(data)}`) +
      fact('', describeData(data)) +
      fact('Runs on', `${runtime.backendName}, SIMD, ${threads}, Node ${process.versions.node}`) +
      fact('Training', trainingText(request)) +
      fact('Kept in', displayPath(path, ui.context.cwd)) +
      (state === undefined ? '' : fact('Resumed', `after ${progressText(state)}`)) +
      runtime.notes.map(({ message }) => fact('Note', dim(message))).join(''),
  )
}

function trainingText({ epochs, batchSize, optimizer, learningRate, seed }: TrainSession['request']): string {
  const rate = learningRate === undefined ? '' : ` at ${learningRate}`
  return `${plural(epochs, 'epoch')}, batches of ${batchSize}, ${optimizer}${rate}, seed ${seed}`
}

function progressText({ epoch, step }: { readonly epoch: number; readonly step: number }): string {
  return step === 0 ? plural(epoch, 'epoch') : `${plural(epoch, 'epoch')} and ${plural(step, 'step')}`
}
