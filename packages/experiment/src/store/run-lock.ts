import { hostname } from 'node:os'
import { TreadleError } from '@treadle/core'
import { ownFolder } from '@treadle/core/node'
import type { RunLock } from './store.ts'

/**
 * Takes the folder of a run or a sweep for one writer.
 * @throws TreadleError `EXPERIMENT_RUN_BUSY`
 */
export async function lockFolder(folder: string): Promise<RunLock> {
  const { identity, token, isHeld, release } = await ownFolder(folder, ({ pid }) => busy(folder, pid))
  return {
    owner: { pid: identity.pid, host: hostname(), start: identity.start, token },
    async assertHeld() {
      if (await isHeld()) return
      throw new TreadleError(
        'EXPERIMENT_RUN_LOST',
        `${folder} was removed, or another process has taken it over. Nothing more is written there. Start the run again in another folder.`,
      )
    },
    release,
  }
}

function busy(folder: string, pid: number): TreadleError {
  return new TreadleError(
    'EXPERIMENT_RUN_BUSY',
    `Process ${pid} is still training in ${folder}, or writes its report. Wait for it or stop it, then try again.`,
  )
}
