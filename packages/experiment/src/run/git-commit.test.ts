import { spawnSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { gitCommit } from './git-commit.ts'

const git = (cwd: string, ...words: string[]) => {
  const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b.c']
  const { stdout, status, stderr } = spawnSync('git', [...identity, ...words], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}

test('is the commit that git names: on a branch, packed, detached, in a worktree and below', async () => {
  const folder = join(await temporaryFolder(), 'repository')
  await mkdir(join(folder, 'a', 'b'), { recursive: true })
  expect(gitCommit(folder)).toBeUndefined()
  git(folder, 'init', '-q')
  expect(gitCommit(folder)).toBeUndefined()
  git(folder, 'commit', '-q', '--allow-empty', '-m', 'one')
  const commit = git(folder, 'rev-parse', 'HEAD')
  expect(gitCommit(join(folder, 'a', 'b'))).toBe(commit)
  git(folder, 'pack-refs', '--all')
  expect(gitCommit(folder)).toBe(commit)
  git(folder, 'worktree', 'add', '-q', '-b', 'other', join(folder, '..', 'other'))
  expect(gitCommit(join(folder, '..', 'other'))).toBe(commit)
  git(folder, 'checkout', '-q', '--detach')
  expect(gitCommit(folder)).toBe(commit)
})
