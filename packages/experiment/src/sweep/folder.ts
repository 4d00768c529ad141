import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { TreadleError, checkArgument } from '@treadle/core'
import { isOwnerFile, makeFolder, readWholeFile, writeFileAtomic } from '@treadle/core/node'
import { lockFolder } from '../store/run-lock.ts'
import { parseSweep } from './parse.ts'
import type { Sweep } from './schema.ts'

const SWEEP = 'sweep.json'

/** A folder that holds a sweep: what is searched, the journal and the run directory of each trial. */
export class SweepFolder {
  readonly path: string
  readonly sweep: Sweep
  /** Gives the folder back. */
  readonly release: () => Promise<void>

  private constructor(path: string, sweep: Sweep, release: () => Promise<void>) {
    this.path = path
    this.sweep = sweep
    this.release = release
  }

  /** @throws TreadleError `EXPERIMENT_SWEEP_EXISTS`, `EXPERIMENT_RUN_BUSY` */
  static async create(folder: string, sweep: Sweep): Promise<SweepFolder> {
    checkArgument('runSweep', 'directory', folder, 'string')
    const path = resolve(folder)
    await makeFolder(path)
    const { release } = await lockFolder(path)
    try {
      if ((await readdir(path)).some((name) => !isOwnerFile(name))) {
        throw new TreadleError(
          'EXPERIMENT_SWEEP_EXISTS',
          `${path} is not empty. Choose a new or empty folder, or continue the sweep in it (--resume).`,
        )
      }
      await writeFileAtomic(join(path, SWEEP), `${JSON.stringify(sweep, null, 2)}\n`)
      return new SweepFolder(path, sweep, release)
    } catch (error) {
      await release()
      throw error
    }
  }

  /** @throws TreadleError `EXPERIMENT_SWEEP_MISSING`, `EXPERIMENT_BAD_SWEEP`, `EXPERIMENT_RUN_BUSY` */
  static async open(folder: string): Promise<SweepFolder> {
    checkArgument('resumeSweep', 'directory', folder, 'string')
    const path = resolve(folder)
    const sweep = await readSweep(join(path, SWEEP))
    const { release } = await lockFolder(path)
    return new SweepFolder(path, sweep, release)
  }

  /** For a worker beside the process that owns the folder. @throws TreadleError as `open` */
  static async join(folder: string): Promise<SweepFolder> {
    const path = resolve(folder)
    return new SweepFolder(path, await readSweep(join(path, SWEEP)), async () => {})
  }

  get journal(): string {
    return join(this.path, 'journal.log')
  }

  /** The run directory of a trial. */
  readonly directoryOf = (number: number): string =>
    join(this.path, 'trials', String(number).padStart(4, '0'))
}

async function readSweep(file: string): Promise<Sweep> {
  let text: string
  try {
    text = new TextDecoder().decode(await readWholeFile(file))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error
    throw new TreadleError(
      'EXPERIMENT_SWEEP_MISSING',
      `There is no sweep to continue: ${file} does not exist. Give the folder that \`treadle sweep\` printed.`,
    )
  }
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch (error) {
    throw new TreadleError('EXPERIMENT_BAD_SWEEP', `${file} is not complete JSON: it is damaged.`, {
      cause: error,
    })
  }
  return parseSweep(input)
}
