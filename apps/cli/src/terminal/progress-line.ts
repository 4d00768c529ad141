import type { Output } from '../context.ts'
import { duration, rate } from './format.ts'
import stringWidth from 'string-width'

/** The progress of a task. */
export interface ProgressState {
  readonly label: string
  readonly value: number
  readonly total: number
  /** "1250/1875", "12.1 of 26.4 MB". */
  readonly counted?: string
  /** Units of `value` per second. */
  readonly rate?: number
  /** The rate as text; "612 steps/s" if absent. */
  readonly rateText?: string
  /** What the remaining time refers to: "left in epoch". The default is "left". */
  readonly left?: string
  /** "loss 0.6698". On a narrow terminal the last is dropped first. */
  readonly figures?: readonly string[]
}

const MIN_BAR = 10
const MAX_BAR = 40

/**
 * One line that fits in `width`: label, bar, count, rate, remaining time, metrics. If it is too long, parts are
 * dropped: first the count, then the rate, the remaining time, and the metrics from the last to the first.
 */
export function renderProgressLine(state: ProgressState, width: number, colors: Output['colors']): string {
  const { label, value, total, counted, rate: perSecond, left = 'left', figures = [] } = state
  const { green, dim, bold } = colors
  const known = perSecond !== undefined && perSecond > 0
  const done = total > 0 ? Math.min(1, value / total) : 0
  const parts: { text: string; importance: number }[] = []
  const add = (text: string | undefined, importance: number) =>
    text !== undefined && parts.push({ text, importance })

  add(counted, 0)
  add(known ? dim(state.rateText ?? `${rate(perSecond)} steps/s`) : undefined, 1)
  add(known ? dim(`${duration(Math.max(0.1, (total - value) / perSecond))} ${left}`) : undefined, 2)
  for (const [i, figure] of figures.entries()) add(figure, 3 + figures.length - i)

  const length = () => label.length + 1 + parts.reduce((sum, { text }) => sum + 2 + stringWidth(text), 0)
  // The last column stays free: some terminals wrap when it is written.
  const room = () => width - 1 - length()
  while (room() < MIN_BAR && parts.length > 0) {
    const least = parts.reduce((a, b) => (b.importance < a.importance ? b : a))
    parts.splice(parts.indexOf(least), 1)
  }
  const size = Math.max(0, Math.min(MAX_BAR, room()))
  const filled = Math.round(done * size)
  const bar = green('━'.repeat(filled)) + dim('─'.repeat(size - filled))
  return [`${bold(label)} ${bar}`, ...parts.map(({ text }) => text)].join('  ')
}
