import { isTreadleError } from '@treadle/core'
import { loadFashionMnist } from '@treadle/dataset'
import { type Inspection, startRuntime } from '@treadle/runtime'
import { describeSource } from '../../data/load.ts'
import { bytes, plural } from '../../terminal/format.ts'
import type { Ui } from '../../terminal/ui.ts'

/** The result of one check: `ok`, a `note` that explains a limitation, or an `error` that prevents training. */
export interface Finding {
  readonly name: string
  readonly state: 'ok' | 'note' | 'error'
  readonly text: string
}

/** Starts the runtime, because only a started runtime knows what training gets. */
export async function lookAtRuntime(
  { simd, wideSimd, shared, maximumMemory, notes }: Inspection,
  asked: 'auto' | number,
  signal: AbortSignal,
): Promise<Finding[]> {
  const findings: Finding[] = [
    { name: 'SIMD', state: simd ? 'ok' : 'error', text: simd ? 'yes' : 'no' },
    wideSimdFinding(wideSimd),
    {
      name: 'Shared memory',
      state: shared ? 'ok' : 'note',
      text: `${shared ? 'yes' : 'no'}, up to ${bytes(maximumMemory)}`,
    },
    ...notes.map(({ code, message }): Finding => ({ name: code, state: 'note', text: message })),
  ]
  const begun = performance.now()
  try {
    const runtime = await startRuntime({ threads: asked, wideSimd: wideSimd.on, signal })
    const milliseconds = Math.round(performance.now() - begun)
    const { threads } = runtime
    await runtime.dispose()
    const text = `${plural(threads, 'thread')} (requested: ${asked}), started in ${milliseconds} ms`
    findings.push({ name: 'Threads', state: 'ok', text })
  } catch (error) {
    if (!isTreadleError(error)) throw error
    findings.push({ name: 'Threads', state: 'error', text: error.message })
  }
  return findings
}

function wideSimdFinding({ on, obstacle }: Inspection['wideSimd']): Finding {
  const off =
    obstacle === undefined ? 'off; treadle train --wide-simd turns it on' : `not supported: ${obstacle}`
  return { name: 'Wide SIMD', state: 'ok', text: on ? 'on' : off }
}

/** Whether the full Fashion-MNIST is available without a download. */
export async function lookAtData({ context, progress }: Ui): Promise<Finding> {
  try {
    const data = await loadFashionMnist({ offline: true, signal: context.signal })
    if (data.source.kind !== 'sample') {
      return {
        name: 'Fashion-MNIST',
        state: 'ok',
        text: `${plural(data.train.count, 'training image')} in ${describeSource(data)}`,
      }
    }
    return {
      name: 'Fashion-MNIST',
      state: 'note',
      text: 'not on this machine: treadle train downloads it (31 MB); without a network it trains on the embedded sample',
    }
  } finally {
    progress.clear()
  }
}
