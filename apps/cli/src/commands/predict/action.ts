import { formatProbabilities } from '@treadle/report'
import { Classifier, type Prediction } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { readWholeFile } from '@treadle/core/node'
import { resolve } from 'node:path'
import { weightsOption } from '../../arguments/options.ts'
import { threadCount, wholeNumber } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { chosenModel } from '../../run/chosen-model.ts'
import { textOptions } from '../../terminal/text-options.ts'
import { createUi } from '../../terminal/ui.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const top = wholeNumber('--top', args.top, { min: 1 })
  const threads = threadCount('--threads', args.threads)
  const ui = createUi(args, context)
  const { cwd, signal } = context
  const paths = args.image
  // Read before the runtime starts, so that a wrong path fails at once.
  const images = await Promise.all(paths.map((path) => readWholeFile(resolve(cwd, path))))
  const model = await chosenModel(resolve(cwd, args.run), weightsOption(args.weights))

  const runtime = await startRuntime({ threads, signal })
  try {
    const classifier = await Classifier.load(model.source, { runtime, signal })
    try {
      const answers: { image: string; predictions: Prediction[] }[] = []
      for (const [i, image] of images.entries()) {
        signal.throwIfAborted()
        const predictions = await classifier.classify(image).catch((error: unknown) => {
          throw namingImage(error, paths[i] as string)
        })
        answers.push({ image: paths[i] as string, predictions: predictions.slice(0, top) })
      }
      const text = answers.map(
        ({ image, predictions }) =>
          `\n${ui.out.colors.bold(image)}\n${formatProbabilities(predictions, textOptions(ui.out))}\n`,
      )
      ui.result(text.join(''), () => answers)
    } finally {
      await classifier.dispose()
    }
  } finally {
    await runtime.dispose()
  }
}

/** Adds the path of the image to the message. */
function namingImage(error: unknown, path: string): unknown {
  if (error instanceof Error) error.message = `${path}: ${error.message}`
  return error
}
