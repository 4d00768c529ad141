/*
 * Runs the tests of one package for Stryker, each test file in a fresh process.
 * Stryker's own runner for vitest counts some killed mutants as survivors with vitest 4.1 (stryker-js issues 6073, 6192, 6213),
 * because it chooses tests by their names. This one chooses them by file.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin'
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner'
import { createVitest } from 'vitest/node'
import { isSampled } from './sample.js'

class VitestRunner {
  /** Duration of each test file in ms, by its path: the shortest run first. */
  #durations = new Map()

  capabilities() {
    return { reloadEnvironment: true }
  }

  async init() {
    this.vitest = await createVitest('test', {
      config: join(process.cwd(), 'mutation/vitest.config.ts'),
      watch: false,
      run: true,
      reporters: [{}],
    })
  }

  async dispose() {
    await this.vitest?.close()
  }

  async dryRun() {
    const folder = mkdtempSync(join(tmpdir(), 'mutation-'))
    process.env.MUTATION_COVERAGE = folder
    try {
      const { modules, error } = await this.#run(await this.vitest.globTestSpecifications())
      if (error) return { status: DryRunStatus.Error, errorMessage: error }
      const perTest = Object.fromEntries(
        readdirSync(folder).map((name) => {
          const { file, coverage } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
          return [relative(process.cwd(), file), coverage]
        }),
      )
      const tests = modules.map((module) => {
        const id = relative(process.cwd(), module.moduleId)
        return {
          id,
          name: id,
          status: TestStatus.Success,
          timeSpentMs: module.diagnostic().duration + module.diagnostic().collectDuration,
        }
      })
      return { status: DryRunStatus.Complete, tests, mutantCoverage: { static: {}, perTest } }
    } finally {
      delete process.env.MUTATION_COVERAGE
      rmSync(folder, { recursive: true })
    }
  }

  async mutantRun({ activeMutant, testFilter = [], timeout }) {
    if (!isSampled(activeMutant)) return { status: MutantRunStatus.Error, errorMessage: 'not in the sample' }
    const all = await this.vitest.globTestSpecifications()
    const chosen = all
      .filter(({ moduleId }) => testFilter.includes(relative(process.cwd(), moduleId)))
      .sort((a, b) => (this.#durations.get(a.moduleId) ?? 0) - (this.#durations.get(b.moduleId) ?? 0))
    process.env['__STRYKER_ACTIVE_MUTANT__'] = activeMutant.id
    let late = false
    // A mutant may loop for ever: its process must be ended from outside.
    const timer = setTimeout(() => {
      late = true
      endChildren()
    }, timeout * 0.9)
    try {
      for (const [at, specification] of chosen.entries()) {
        const { error } = await this.#run([specification])
        if (late) return { status: MutantRunStatus.Timeout }
        if (error) {
          const killedBy = [relative(process.cwd(), specification.moduleId)]
          return { status: MutantRunStatus.Killed, killedBy, failureMessage: error, nrOfTests: at + 1 }
        }
      }
      return { status: MutantRunStatus.Survived, nrOfTests: chosen.length }
    } finally {
      clearTimeout(timer)
      delete process.env['__STRYKER_ACTIVE_MUTANT__']
    }
  }

  async #run(specifications) {
    this.vitest.state.errorsSet.clear()
    const { testModules, unhandledErrors } = await this.vitest.runTestSpecifications(specifications, false)
    for (const module of testModules) {
      this.#durations.set(module.moduleId, module.diagnostic().duration + module.diagnostic().collectDuration)
    }
    const failed = testModules.find((module) => !module.ok())
    return { modules: testModules, error: failed ? messageOf(failed) : unhandledErrors.map(String)[0] }
  }
}

function messageOf(module) {
  const failed = [...module.children.allTests('failed')][0]
  const errors = failed ? failed.result().errors : module.errors()
  return `${relative(process.cwd(), module.moduleId)}: ${failed?.fullName ?? ''} ${errors[0]?.message ?? 'failed'}`
}

function endChildren() {
  try {
    execFileSync('pkill', ['-KILL', '-P', String(process.pid)])
  } catch {
    // The child has ended by itself.
  }
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'vitest-by-file', VitestRunner)]
