import { exportModel } from '@treadle/export'
import { loadModel } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { resolve } from 'node:path'
import { weightsOption } from '../../arguments/options.ts'
import { chosenModel } from '../../run/chosen-model.ts'
import { displayPath } from '../../terminal/display-path.ts'
import { bytes as size } from '../../terminal/format.ts'
import { createUi } from '../../terminal/ui.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { readTarget } from './target.ts'
import { assertFree, writeFiles } from './write-files.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const { cwd, signal } = context
  const target = readTarget(args, cwd)
  const ui = createUi(args, context)
  // Before the model is read, so that a wrong path fails at once.
  if (!args.force) await assertFree(target)
  const { folder, source, epoch } = await chosenModel(resolve(cwd, args.model), weightsOption(args.weights))

  const runtime = await startRuntime({ threads: 1, signal })
  try {
    const model = await loadModel(source, { signal })
    try {
      const files = await exportModel(model, target.format.name)
      signal.throwIfAborted()
      const written = await writeFiles(target, files, args.force)
      const lines = written.map(
        ({ path, bytes }) => `${ui.out.colors.bold('Written')} ${displayPath(path, cwd)} (${size(bytes)})`,
      )
      ui.result(`${lines.join('\n')}\n`, () => ({
        format: target.format.name,
        model: folder,
        ...(epoch !== undefined && { epoch }),
        files: written,
      }))
    } finally {
      model.dispose()
    }
  } finally {
    await runtime.dispose()
  }
}
