import type { QueueWorkerEvent } from '@treadle/queue'
import { resolve } from 'node:path'
import { queuePackage } from '../../arguments/queue-args.ts'
import { workerCount, workerOptions } from '../../arguments/worker-args.ts'
import { UsageError } from '../../errors.ts'
import { type Ui, createUi } from '../../terminal/ui.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'

/** Carries out the jobs of a queue until Ctrl-C. */
export async function takeJobs({
  args,
  context,
}: Pick<Invocation<typeof definition>, 'args' | 'context'>): Promise<void> {
  const { checkpoints, 'data-root': dataRoot } = args
  const ofJournal = args.journal === undefined ? (args.wait ? 'wait' : args.log[0] && 'log') : 'journal'
  if (ofJournal !== undefined)
    throw new UsageError(
      `\`--${ofJournal}\` cannot be combined with the URL of a queue. Leave one of them out.`,
    )
  const ui = createUi(args, context)
  const { signal, cwd } = context
  const { workOnQueue } = await queuePackage()
  await workOnQueue(args.queue, {
    signal,
    workers: workerCount(args.workers),
    ...workerOptions(args),
    ...(checkpoints !== undefined && { checkpoints: resolve(cwd, checkpoints) }),
    ...(dataRoot !== undefined && { dataRoot: resolve(cwd, dataRoot) }),
    onEvent: (event) => show(event, ui),
  })
  ui.notice('The worker has left the queue.')
}

function show(event: QueueWorkerEvent, ui: Ui): void {
  const { yellow, red } = ui.out.colors
  switch (event.type) {
    case 'ready':
      return ui.print('Connected. Waiting for jobs; Ctrl-C ends the worker.\n')
    case 'job-start':
      return ui.print(`${nameOf(event.id)}  begins: ${event.model}`)
    case 'job-end':
      return ui.print(`${nameOf(event.id)}  ${event.stopped}`)
    case 'job-failed':
      return ui.print(red(`${nameOf(event.id)}  ${event.message}`))
    case 'job-epoch':
      return ui.print(epochText(event))
    case 'warning':
      return ui.notice(yellow(event.message))
  }
}

function epochText({ id, entry }: Extract<QueueWorkerEvent, { type: 'job-epoch' }>): string {
  const validation = entry.val_loss === undefined ? '' : `, val_loss ${entry.val_loss.toFixed(4)}`
  return `${nameOf(id)}  epoch ${entry.epoch}: loss ${entry.loss.toFixed(4)}${validation}`
}

const nameOf = (id: string) => id.slice(0, 12)
