import { csvCell, escapeControls, isTreadleError } from '@treadle/core'
import { formatProbabilities } from '@treadle/report'
import { Classifier, type Prediction } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { readWholeFile } from '@treadle/core/node'
import { csvFormat } from 'd3-dsv'
import { resolve } from 'node:path'
import { checkpointModel, openRun } from '@treadle/experiment'
import { weightsOption } from '../../arguments/options.ts'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import type { Context } from '../../context.ts'
import { ExitCode, UsageError, explainSystemError } from '../../errors.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { modelFolder } from '../../run/model-folder.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import { STDIN, imagePaths } from './image-paths.ts'

/** What a command says of one image. */
type Answer =
  | { readonly image: string; readonly predictions: readonly Prediction[] }
  | { readonly image: string; readonly error: string }

export async function action({ args, context }: Invocation<typeof definition>): Promise<number> {
  const top = wholeNumber('--top', args.top, { min: 1 })
  const threads = threadCount('--threads', args.threads)
  if (args.csv && args.json)
    throw new UsageError('`--csv` and `--json` exclude each other. Leave one of them out.')
  const ui = createUi(args, context)
  const { cwd, signal } = context
  const choice = weightsOption(args.weights)
  const path = resolve(cwd, args.run)
  const model =
    choice === undefined
      ? await modelFolder(path)
      : (await checkpointModel(await openRun(path), choice)).files

  const runtime = await startRuntime({ threads, signal })
  try {
    const classifier = await Classifier.load(model, { runtime, signal })
    try {
      const answers: Answer[] = []
      for (const word of args.image) {
        signal.throwIfAborted()
        const images = await attempt(word, () => imagePaths(word, cwd))
        if (!Array.isArray(images)) answers.push(told(images, ui))
        else
          for (const image of images) {
            signal.throwIfAborted()
            const found = await attempt(image, async () => {
              const predictions = await classifier.classify(await readImage(image, context), { topK: top })
              return { image, predictions }
            })
            answers.push('error' in found ? told(found, ui) : found)
          }
      }
      show(answers, args, ui)
      return answers.some((answer) => 'error' in answer) ? ExitCode.error : ExitCode.ok
    } finally {
      await classifier.dispose()
    }
  } finally {
    await runtime.dispose()
  }
}

/** What `work` gives, or why it cannot be done for this image. Other errors end the command. */
async function attempt<Result>(
  image: string,
  work: () => Promise<Result>,
): Promise<Result | (Answer & { error: string })> {
  try {
    return await work()
  } catch (error) {
    const reason = isTreadleError(error) ? error.message : explainSystemError(error)
    if (reason === undefined) throw error
    const named = isTreadleError(error) && error.code.startsWith('MODEL_')
    return { image, error: named ? `${image}: ${reason}` : reason }
  }
}

/** Reports a fault at once, on standard error. */
function told<Failed extends { readonly error: string }>(failed: Failed, { context, progress }: Ui): Failed {
  const { red } = context.stderr.colors
  progress.clear()
  context.stderr.write(`${red.bold('error')}  ${escapeControls(failed.error)}\n`)
  return failed
}

async function readImage(path: string, { cwd, stdin }: Context): Promise<Uint8Array> {
  if (path !== STDIN) return readWholeFile(resolve(cwd, path))
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin?.() ?? []) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function show(answers: readonly Answer[], { csv }: { readonly csv: boolean }, ui: Ui): void {
  const good = answers.filter((answer) => 'predictions' in answer)
  if (csv) return ui.result(`${table(answers)}\n`, () => answers)
  const text = good.map(
    ({ image, predictions }) =>
      `\n${ui.out.colors.bold(escapeControls(image))}\n${formatProbabilities(predictions, textOptions(ui.out))}\n`,
  )
  if (good.length > 0 || ui.out !== ui.context.stdout) ui.result(text.join(''), () => answers)
}

/** A row for each class of each image, the most probable first; for a file that cannot be read one with the error. No cell begins a formula. */
function table(answers: readonly Answer[]): string {
  const rows = answers.flatMap((answer): Record<string, string | number>[] =>
    'error' in answer
      ? [{ image: csvCell(answer.image), rank: '', class: '', probability: '', error: csvCell(answer.error) }]
      : answer.predictions.map(({ className, probability }, index) => ({
          image: csvCell(answer.image),
          rank: index + 1,
          class: csvCell(className),
          probability,
          error: '',
        })),
  )
  return csvFormat(rows, ['image', 'rank', 'class', 'probability', 'error'])
}
