import { expect, test } from 'vitest'
import { runRecipe } from '../index.ts'
import { type RunLogger, runLogger } from '../loggers/index.ts'

const recipe = {
  model: { name: 'wide-and-deep', units: [2] },
  data: 'sample',
  training: { epochs: 2, batchSize: 1000, threads: 1 as const },
}

test('a logger that fails causes a warning, and the run and its other loggers continue', async () => {
  const calls: string[] = []
  const logger = (name: string, failing?: 'start' | 'epoch' | 'end'): RunLogger => {
    const call = async (what: 'start' | 'epoch' | 'end', detail: unknown = '') => {
      calls.push(`${name} ${what} ${String(detail)}`.trim())
      if (failing === what) throw new Error(`no ${what}`)
    }
    return {
      name,
      async start({ past }) {
        await call('start', past.length)
        return {
          epoch: ({ entry }) => call('epoch', entry.epoch),
          end: (result) => call('end', result?.stopped),
        }
      },
    }
  }
  const warnings: string[] = []
  const { stopped, run } = await runRecipe(recipe, {
    reports: [],
    loggers: [
      logger('a', 'start'),
      logger('b', 'epoch'),
      logger('c', 'end'),
      runLogger('tensorboard'),
      logger('d'),
    ],
    onEvent: (event) => {
      if (event.type === 'warning' && event.warning.code === 'EXPERIMENT_LOG_FAILED')
        warnings.push(event.warning.message)
    },
  })
  expect(stopped).toBe('finished')
  expect(run.record.status).toBe('finished')
  expect(calls).toEqual([
    'a start 0',
    'b start 0',
    'c start 0',
    'd start 0',
    'b epoch 1',
    'c epoch 1',
    'd epoch 1',
    'c epoch 2',
    'd epoch 2',
    'c end finished',
    'd end finished',
  ])
  expect(warnings).toEqual([
    'The log for a ends here; the run goes on. The reason: no start',
    expect.stringContaining('a run without a directory has no place') as string,
    'The log for b ends here; the run goes on. The reason: no epoch',
    'The log for c ends here; the run goes on. The reason: no end',
  ])
})

test.each([
  ['tensorbord', 'Did you mean tensorboard?'],
  ['tensorboard=', 'has an empty target'],
  ['', 'The loggers are tensorboard'],
  ['toString', 'There is no logger toString'],
])('runLogger(%j) is refused', (text, message) => {
  expect(() => runLogger(text)).toThrow(message)
})

test('what is not a logger is refused', async () => {
  await expect(runRecipe(recipe, { loggers: ['tensorboard' as never] })).rejects.toMatchObject({
    code: 'EXPERIMENT_BAD_OPTION',
  })
})
