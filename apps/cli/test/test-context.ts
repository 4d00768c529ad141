import { Ansis } from 'ansis'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runCli } from '../src/cli.ts'
import type { Context, Output } from '../src/context.ts'

class Recorder implements Output {
  text = ''
  readonly colors: Ansis

  constructor(
    readonly isTTY: boolean,
    readonly columns: number,
    colorLevel: number,
  ) {
    this.colors = new Ansis(colorLevel)
  }

  write(text: string): void {
    this.text += text
  }
}

export interface TestContextOptions {
  isTTY?: boolean
  columns?: number
  colorLevel?: number
  cwd?: string
  env?: Context['env']
  stdin?: Uint8Array
}

/** A context that keeps what is written, with a signal of its own. */
export function testContext(options: TestContextOptions = {}) {
  const { isTTY = false, columns = 80, colorLevel = 0, cwd = tmpdir(), env = {}, stdin } = options
  const abort = new AbortController()
  return {
    stdout: new Recorder(isTTY, columns, colorLevel),
    stderr: new Recorder(isTTY, columns, colorLevel),
    ...(stdin && {
      async *stdin() {
        yield stdin
      },
    }),
    env,
    cwd,
    signal: abort.signal,
    abort,
  }
}

/** Runs a command line and tells what it left. */
export async function treadle(line: readonly string[], options: TestContextOptions = {}) {
  const context = testContext(options)
  const code = await runCli(line, context)
  return { code, stdout: context.stdout.text, stderr: context.stderr.text }
}

export const temporaryFolder = () => mkdtemp(join(tmpdir(), 'treadle-cli-'))
