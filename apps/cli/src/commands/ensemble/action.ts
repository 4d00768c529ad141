import { type Run, openRun } from '@treadle/experiment'
import { join, resolve } from 'node:path'
import { choice, threadCount } from '../../arguments/values.ts'
import { UsageError } from '../../errors.ts'
import { exists } from '../../run/model-folder.ts'
import { onceEach } from '../../terminal/once-each.ts'
import { createUi } from '../../terminal/ui.ts'
import type { Invocation } from '../command.ts'
import { type Combination, combine, occupied } from './combine.ts'
import { type definition, trainingArgs } from './definition.ts'
import { membersOfRuns, membersOfSnapshots } from './members.ts'
import { MOST_MEMBERS, trainMembers } from './train-members.ts'

export async function action(invocation: Invocation<typeof definition>): Promise<void> {
  const { args, context } = invocation
  const isTraining = args.train !== undefined
  const locations = isTraining ? [] : givenLocations(invocation)
  if (args.out === undefined) throw new UsageError('`--out` is missing. Give the folder for the model.')
  const combination: Combination = {
    out: resolve(context.cwd, args.out),
    overwrite: args.force,
    weights: choice('--weights', args.weights, ['equal', 'validation']),
    threads: threadCount('--threads', args.threads),
  }
  const { out, overwrite } = combination
  if (!overwrite && (await exists(join(out, 'model.json')))) throw occupied(out)
  const ui = onceEach(createUi(args, context))
  if (isTraining) {
    const runs = await trainMembers(invocation, combination, ui)
    return runs && combine(await membersOfRuns(runs), combination, ui)
  }
  if (args.snapshots) return combine(await membersOfSnapshots(locations[0] as string, ui), combination, ui)
  const runs: Run[] = []
  for (const location of locations) runs.push(await openRun(location))
  await combine(await membersOfRuns(runs), combination, ui)
}

/** The run directories of the command line. @throws UsageError */
function givenLocations({ args, given, context }: Invocation<typeof definition>): string[] {
  const flag = Object.keys(trainingArgs).find((name) => given.has(name))
  if (flag !== undefined) throw new UsageError(`\`--${flag}\` needs --train.`)
  const locations = [...new Set(args.run.map((word) => resolve(context.cwd, word)))]
  if (args.snapshots) {
    if (locations.length === 1) return locations
    throw new UsageError(`\`--snapshots\` takes one run directory, got ${locations.length}.`)
  }
  if (locations.length >= 2 && locations.length <= MOST_MEMBERS) return locations
  throw new UsageError(
    `ensemble takes 2 to ${MOST_MEMBERS} different run directories, got ${locations.length}. To train them first, use --train N.`,
  )
}
