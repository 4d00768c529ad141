import { cpus, totalmem } from 'node:os'
import { inspectRuntime } from '@treadle/runtime'
import { threadCount } from '../../arguments/values.ts'
import type { Invocation } from '../command.ts'
import type { definition } from './definition.ts'
import { ExitCode } from '../../errors.ts'
import { bytes, plural } from '../../terminal/format.ts'
import { createUi } from '../../terminal/ui.ts'
import { wrap } from '../../terminal/wrap.ts'
import { versions } from '@treadle/experiment'
import { type Finding, lookAtData, lookAtRuntime } from './findings.ts'

export async function action({ args, context }: Invocation<typeof definition>): Promise<number> {
  const threads = threadCount('--threads', args.threads)
  const ui = createUi(args, context)
  const inspection = inspectRuntime()
  const processor = cpus()[0]?.model.trim() ?? process.arch
  const findings: Finding[] = [
    {
      name: 'Platform',
      state: 'ok',
      text: `${inspection.platform} on ${process.platform}-${process.arch}, TensorFlow.js ${inspection.tfjs}`,
    },
    {
      name: 'Processor',
      state: 'ok',
      text: `${processor}, ${plural(inspection.logicalCores, 'logical core')}, ${bytes(totalmem())} of memory`,
    },
    ...(await lookAtRuntime(inspection, threads, context.signal)),
    await lookAtData(ui),
  ]
  const failed = findings.some(({ state }) => state === 'error')
  ui.result(render(), () => ({ ok: !failed, versions: versions(), findings, inspection }))
  return failed ? ExitCode.error : ExitCode.ok

  function render(): string {
    const { green, yellow, red, bold } = ui.out.colors
    const marks = { ok: green('✓'), note: yellow('!'), error: red('✗') }
    const width = Math.max(...findings.map(({ name }) => name.length))
    const indent = ' '.repeat(width + 5)
    const lines = findings.map(({ name, state, text }) => {
      const body = wrap(text, Math.max(20, Math.min(100, ui.out.columns) - indent.length)).join(`\n${indent}`)
      return ` ${marks[state]} ${name.padEnd(width)}  ${body}`
    })
    return `${lines.join('\n')}\n\n${bold(failed ? 'Treadle cannot train here.' : 'Treadle can train here.')}\n`
  }
}
