import { createHash } from 'node:crypto'
import { cpus, hostname } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import type { Platform } from './platform.ts'
import { gitCommit } from './run/git-commit.ts'
import { findRunDirectories } from './runs/find-directories.ts'
import { DirectoryStore } from './store/directory.ts'

const named = (name: string, value: string | undefined) => (value ? { [name]: value } : {})

export const platform: Platform = {
  openStore: (directory) => new DirectoryStore(directory),
  findRuns: (folder) => findRunDirectories(folder),
  isAlive: ({ pid, host }) => host === hostname() && pid !== process.pid && exists(pid),
  sha256: (data) => createHash('sha256').update(data).digest('hex'),
  // Node.js 20 has relaxed SIMD behind a flag that can still be set.
  allowFastMath: () => setFlagsFromString('--experimental-wasm-relaxed-simd'),
  versions: () => ({
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    ...named('cpu', cpus()[0]?.model.trim()),
    ...named('commit', gitCommit(process.cwd())),
  }),
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
