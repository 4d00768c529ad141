import { escapeControls, isTreadleError } from '@treadle/core'
import { Classifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { readWholeFile } from '@treadle/core/node'
import { resolve } from 'node:path'
import { checkpointModel, openRun } from '@treadle/experiment'
import { weightsOption } from '../../arguments/options.ts'
import { ttaOption } from '../../arguments/tta-arg.ts'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import type { Context } from '../../context.ts'
import { ExitCode, UsageError, explainSystemError } from '../../errors.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { modelFolder } from '../../run/model-folder.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import { type Answer, type FailedAnswer, answerText, answersCsv, distanceFields } from './answers.ts'
import { STDIN, imagePaths } from './image-paths.ts'
import { inputPicture } from './input-picture.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<number> {
  const top = wholeNumber('--top', args.top, { min: 1 })
  const threads = threadCount('--threads', args.threads)
  if (args.csv && args.json)
    throw new UsageError('`--csv` and `--json` exclude each other. Leave one of them out.')
  const asText = !args.csv && !args.json
  if (args.show && !asText)
    throw new UsageError('`--show` draws on the terminal. Leave it out, or leave out `--csv` and `--json`.')
  const ui = createUi(args, context)
  const { cwd, signal } = context
  const choice = weightsOption(args.weights)
  const testTimeAugmentation = ttaOption(args.tta)
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
              const bytes = await readImage(image, context)
              const options = { topK: top, signal, testTimeAugmentation }
              const { predictions, input, distance } = await classifier.answer(bytes, options)
              return { answer: { image, predictions, ...distanceFields(distance) }, input }
            })
            if ('error' in found) answers.push(told(found, ui))
            else {
              const { answer, input } = found
              const picture = args.show ? inputPicture(input, classifier.preprocessing) : undefined
              if (asText) ui.result(answerText(answer, picture, ui.out), () => answer)
              answers.push(answer)
            }
          }
      }
      if (!asText) ui.result(args.csv ? answersCsv(answers) : '', () => answers)
      if (args.csv) warnOfFar(answers, ui)
      return answers.some((answer) => 'error' in answer) ? ExitCode.error : ExitCode.ok
    } finally {
      await classifier.dispose()
    }
  } finally {
    await runtime.dispose()
  }
}

/** What `work` gives, or why it cannot be done for this image. Other errors end the command. */
async function attempt<Result>(image: string, work: () => Promise<Result>): Promise<Result | FailedAnswer> {
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
function told(failed: FailedAnswer, { context, progress }: Ui): FailedAnswer {
  const { red } = context.stderr.colors
  progress.clear()
  context.stderr.write(`${red.bold('error')}  ${escapeControls(failed.error)}\n`)
  return failed
}

/** A table has no line for a warning. */
function warnOfFar(answers: readonly Answer[], { context }: Ui): void {
  const far = answers.filter((answer) => 'warning' in answer).length
  if (far === 0) return
  const { yellow } = context.stderr.colors
  context.stderr.write(
    `${yellow.bold('warning')}  ${far} of ${answers.length} images are unlike the training images: \`distance\` is over 1\n`,
  )
}

async function readImage(path: string, { cwd, stdin }: Context): Promise<Uint8Array> {
  if (path !== STDIN) return readWholeFile(resolve(cwd, path))
  const chunks: Uint8Array[] = []
  for await (const chunk of stdin?.() ?? []) chunks.push(chunk)
  return Buffer.concat(chunks)
}
