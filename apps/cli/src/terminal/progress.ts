import { SingleBar } from 'cli-progress'
import type { Output } from '../context.ts'
import { rate } from './format.ts'
import { type ProgressState, renderProgressLine } from './progress-line.ts'

/** Shows the progress of a long task. */
export interface Progress {
  update(state: ProgressState): void
  /** Erases the live line, so that text can be printed. The next `update` draws it again. */
  clear(): void
}

/** A line that is redrawn at most every 100 ms. */
function liveProgress(output: Output): Progress {
  const stream = {
    write: (text: string) => output.write(text),
    isTTY: true,
    get columns() {
      return output.columns
    },
  }
  let current: ProgressState | undefined
  const bar = new SingleBar({
    stream: stream as unknown as NodeJS.WriteStream,
    fps: 10,
    hideCursor: true,
    clearOnComplete: true,
    format: () => (current === undefined ? '' : renderProgressLine(current, output.columns, output.colors)),
  })
  return {
    update: (state) => {
      const begins = current === undefined
      current = state
      if (begins) bar.start(state.total, state.value)
      else bar.update(state.value)
    },
    clear: () => {
      if (current !== undefined) bar.stop()
      current = undefined
    },
  }
}

const PLAIN_INTERVAL_MS = 15_000

/** For pipes and CI: one whole line at most every 15 seconds. */
function plainProgress(output: Output): Progress {
  let last = performance.now()
  return {
    update: ({ label, value, total, rate: perSecond, rateText, figures = [] }) => {
      if (performance.now() - last < PLAIN_INTERVAL_MS) return
      last = performance.now()
      const share = total > 0 ? `${Math.floor((100 * value) / total)} %` : ''
      const speed = perSecond === undefined ? [] : [rateText ?? `${rate(perSecond)} steps/s`]
      output.write(`${[label, share, ...speed, ...figures].join('  ')}\n`)
    },
    clear: () => {
      last = performance.now()
    },
  }
}

const silentProgress: Progress = { update: () => {}, clear: () => {} }

/** A live line on a terminal, plain lines elsewhere (pipes, CI, TERM=dumb), nothing if `quiet`. */
export function createProgress(output: Output, { quiet = false, ci = false } = {}): Progress {
  if (quiet) return silentProgress
  return output.isTTY && !ci ? liveProgress(output) : plainProgress(output)
}
