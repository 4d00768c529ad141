import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** The commit that is checked out in the git repository around a folder, in 40 hex digits; undefined outside of one. */
export function gitCommit(folder: string): string | undefined {
  const git = gitFolder(folder)
  const head = git && textOf(join(git, 'HEAD'))
  if (git === undefined || head === undefined) return undefined
  const [, ref] = /^ref: (.+)$/.exec(head) ?? []
  if (ref === undefined) return commitIn(head)
  // A worktree shares the branches of the repository that it belongs to.
  const common = textOf(join(git, 'commondir'))
  const shared = common === undefined ? git : resolve(git, common)
  const packed = textOf(join(shared, 'packed-refs'))
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`))
  return commitIn(textOf(join(git, ref)) ?? textOf(join(shared, ref)) ?? packed ?? '')
}

/** The folder `.git`, or the one that a worktree's or submodule's file `.git` names. */
function gitFolder(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const path = join(at, '.git')
    const named = /^gitdir: (.+)$/.exec(textOf(path) ?? '')?.[1]
    if (named !== undefined) return resolve(at, named)
    if (textOf(join(path, 'HEAD')) !== undefined) return path
    if (dirname(at) === at) return undefined
  }
}

const commitIn = (text: string) => /^[\da-f]{40}/.exec(text)?.[0]

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}
