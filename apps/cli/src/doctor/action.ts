import { isTreadleError } from '@treadle/core'
import { startRuntime } from '@treadle/runtime'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { threadCount } from '../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { doctorArgs } from '../commands/doctor.ts'
import { ExitCode } from '../errors.ts'
import { bytes, plural } from '../terminal/format.ts'
import { createUi } from '../terminal/ui.ts'
import { versions } from '../train/versions.ts'

/** One thing looked at. `remedy` is there where it is not as it should be. */
interface Finding {
  readonly name: string
  readonly state: 'ok' | 'note' | 'error'
  readonly text: string
}

export async function doctorAction({ args, context }: Invocation<typeof doctorArgs>): Promise<number> {
  const threads = threadCount('--threads', args.threads)
  const ui = createUi(args, context)
  const cores = availableParallelism()
  const processor = cpus()[0]?.model.trim() ?? process.arch
  const findings: Finding[] = [
    { name: 'Node', state: 'ok', text: `${process.versions.node} on ${process.platform}-${process.arch}` },
    { name: 'Processor', state: 'ok', text: `${processor}, ${plural(cores, 'logical core')}` },
    { name: 'Memory', state: 'ok', text: bytes(totalmem()) },
    ...(await lookAtRuntime(threads, context.signal)),
  ]
  const { green, yellow, red, bold } = ui.out.colors
  const marks = { ok: green('✓'), note: yellow('!'), error: red('✗') }
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.map(({ name, state, text }) => ` ${marks[state]} ${name.padEnd(width)}  ${text}`)
  const failed = findings.some(({ state }) => state === 'error')
  const verdict = failed ? 'Treadle cannot train here.' : 'Treadle can train here.'
  ui.result(`${lines.join('\n')}\n\n${bold(verdict)}\n`, () => ({
    ok: !failed,
    versions: versions(),
    findings,
  }))
  return failed ? ExitCode.error : ExitCode.ok
}

/** Starts the runtime for real: what it says of itself is what training would get. */
async function lookAtRuntime(asked: 'auto' | number, signal: AbortSignal): Promise<Finding[]> {
  const begun = performance.now()
  try {
    const runtime = await startRuntime({ threads: asked, signal })
    const milliseconds = Math.round(performance.now() - begun)
    try {
      return [
        { name: 'SIMD', state: 'ok', text: 'WebAssembly SIMD works' },
        {
          name: 'Threads',
          state: 'ok',
          text: `${plural(runtime.threads, 'thread')} ${runtime.threads === 1 ? 'computes' : 'compute'}${asked === 'auto' ? '' : ` (asked for ${asked})`}`,
        },
        {
          name: 'Shared memory',
          state: 'ok',
          text: `${runtime.shared ? 'yes' : 'no'}, up to ${bytes(runtime.maximumMemory)}`,
        },
        { name: 'Start', state: 'ok', text: `${milliseconds} ms` },
        ...runtime.notes.map(({ code, message }): Finding => ({ name: code, state: 'note', text: message })),
      ]
    } finally {
      await runtime.dispose()
    }
  } catch (error) {
    if (!isTreadleError(error)) throw error
    return [{ name: 'Runtime', state: 'error', text: error.message }]
  }
}
