import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    packedFolder: string
  }
}

/** Provides an empty folder to all test files of a run: the first that needs it makes the packed project in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'treadle-packed-'))
  project.provide('packedFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}
