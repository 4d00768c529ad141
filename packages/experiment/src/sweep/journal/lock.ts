import { randomUUID } from 'node:crypto'
import { open, rename, rm, stat, symlink } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** A lock that was not released while its file was unchanged for this time belongs to a dead process, in ms. */
const GRACE = 30_000
const MOST_PAUSE = 100

/**
 * Runs `work` while no other process appends to a journal, as Optuna's `JournalFileSymlinkLock` does: the lock is a
 * link beside the file, which can be made once. Where links need a right, as on Windows, it is a file, as
 * `JournalFileOpenLock` makes it.
 * @param path absolute
 */
export async function withLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const lock = `${path}.lock`
  await acquire(path, lock)
  try {
    return await work()
  } finally {
    await release(lock)
  }
}

async function acquire(path: string, lock: string): Promise<void> {
  let pause = 1
  let seen: number | undefined
  let since = performance.now()
  while (!(await make(path, lock))) {
    // Through the link: the file changes as long as its writer lives.
    const changed = await stat(lock).then(
      ({ mtimeMs }) => mtimeMs,
      () => undefined,
    )
    if (changed !== seen) [seen, since] = [changed, performance.now()]
    if (performance.now() - since > GRACE) {
      await release(lock)
      pause = 1
    }
    await delay(pause)
    pause = Math.min(2 * pause, MOST_PAUSE)
  }
}

async function make(path: string, lock: string): Promise<boolean> {
  try {
    await symlink(path, lock).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPERM' && error.code !== 'ENOTSUP') throw error
      await (await open(lock, 'wx')).close()
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Under another name first: of two processes that release a dead lock, one succeeds. */
async function release(lock: string): Promise<void> {
  const renamed = `${lock}${randomUUID()}.rename`
  try {
    await rename(lock, renamed)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await rm(renamed, { force: true })
}
