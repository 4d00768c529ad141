import type { Output } from '../context.ts'
import { duration, rate } from './format.ts'
import stringWidth from 'string-width'

/** How far some work has come. */
export interface ProgressState {
  readonly label: string
  readonly value: number
  readonly total: number
  /** "1250/1875", "12.1 of 26.4 MB". */
  readonly counted?: string
  /** Of `value` a second. */
  readonly rate?: number
  /** How the rate reads, "612 steps/s" unless given. */
  readonly rateText?: string
  /** "loss 0.6698". The first is the last to be left out where room is short. */
  readonly figures?: readonly string[]
}

const MIN_BAR = 10
const MAX_BAR = 40

/**
 * One line that fits `width`: label, bar, count, rate, time left, figures. Where it is too long the least telling
 * parts go: the count first, then the time left, the rate, the last figures.
 */
export function renderProgressLine(state: ProgressState, width: number, colors: Output['colors']): string {
  const { label, value, total, counted, rate: perSecond, figures = [] } = state
  const { green, dim, bold } = colors
  const known = perSecond !== undefined && perSecond > 0
  const done = total > 0 ? Math.min(1, value / total) : 0
  const parts: { text: string; importance: number }[] = []
  const add = (text: string | undefined, importance: number) =>
    text !== undefined && parts.push({ text, importance })

  add(counted, 0)
  add(known ? dim(state.rateText ?? `${rate(perSecond)} steps/s`) : undefined, 2)
  add(known ? dim(`${duration(Math.max(0.1, (total - value) / perSecond))} left`) : undefined, 1)
  for (const [i, figure] of figures.entries()) add(figure, 3 + figures.length - i)

  const length = () => label.length + 1 + parts.reduce((sum, { text }) => sum + 2 + stringWidth(text), 0)
  // One column stays free: some terminals wrap when the last one is written.
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
