import { type LoadOptions, fetchFashionMnist, loadCaliforniaHousing } from '@treadle/dataset'
import { choice } from '../../../arguments/values.ts'
import type { Invocation } from '../../command.ts'
import type { definition } from './definition.ts'
import { createUi } from '../../../terminal/ui.ts'
import { loadProgress } from '../../../data/load-progress.ts'

const FETCH = {
  'fashion-mnist': fetchFashionMnist,
  // The loader stores its download in the cache.
  'california-housing': async (options: LoadOptions) => (await loadCaliforniaHousing(options)).source,
}

export async function action({ args, context }: Invocation<typeof definition>): Promise<void> {
  const name = choice('DATA', args.data, ['fashion-mnist', 'california-housing'])
  const ui = createUi(args, context)
  try {
    const source = await FETCH[name]({ onProgress: loadProgress(ui.progress), signal: context.signal })
    const { location = 'the cache' } = source
    ui.result(`${ui.out.colors.bold(name)} is available, all files verified: ${location}\n`, () => ({
      name,
      ...source,
    }))
  } finally {
    ui.progress.clear()
  }
}
