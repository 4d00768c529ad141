import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'

/** In the first run, records which mutants a test file reaches, from its imports to its last test. */
const folder = process.env['MUTATION_COVERAGE']
if (folder !== undefined) {
  afterAll(() => {
    const stryker = (globalThis as Record<string, unknown>)['__stryker__']
    const { mutantCoverage } = (stryker ?? {}) as { mutantCoverage?: { static: unknown } }
    const file = expect.getState().testPath as string
    const name = `${process.pid}-${file.replaceAll(/\W/g, '-')}.json`
    writeFileSync(join(folder, name), JSON.stringify({ file, coverage: mutantCoverage?.static ?? {} }))
  })
}
