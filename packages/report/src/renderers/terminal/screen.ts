import { checkOptions, escapeControls, show } from '@treadle/core'
import { Ansis } from 'ansis'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'
import { refuse } from '../../refuse.ts'

const MOST_COLUMNS = 10_000

export interface TextOptions {
  /** 0 none (default), 1 the sixteen colours, 2 256 colours, 3 true colour. The caller knows its terminal. */
  readonly colorLevel?: 0 | 1 | 2 | 3 | undefined
  /** Columns to stay within, 80 unless given, 40 at least, at most 10,000. */
  readonly width?: number | undefined
  /** The terminal's background, `dark` unless given; shades grow from it. */
  readonly background?: 'dark' | 'light' | undefined
}

/** The terminal that text is written for: its colours and its width. */
export interface Screen {
  readonly ink: Ansis
  readonly level: 0 | 1 | 2 | 3
  readonly width: number
  readonly background: 'dark' | 'light'
}

/** @throws TreadleError `CORE_BAD_OPTIONS`, `CORE_UNKNOWN_OPTION`, `CORE_BAD_OPTION`, `REPORT_BAD_INPUT` */
export function screen(options: TextOptions = {}): Screen {
  checkOptions('text of a report', options, { colorLevel: 'number', width: 'number', background: 'string' })
  const { colorLevel = 0, width = 80, background = 'dark' } = options
  if (![0, 1, 2, 3].includes(colorLevel))
    refuse('text of a report', `\`colorLevel\` (=${show(colorLevel)}) must be 0, 1, 2 or 3.`)
  if (background !== 'dark' && background !== 'light')
    refuse('text of a report', `\`background\` (=${show(background)}) must be 'dark' or 'light'.`)
  if (!(width <= MOST_COLUMNS))
    refuse('text of a report', `\`width\` (=${show(width)}) must be a number of at most ${MOST_COLUMNS}.`)
  return { ink: new Ansis(colorLevel), level: colorLevel, width: Math.max(40, Math.floor(width)), background }
}

/** Text from data, safe to print: control characters are shown escaped, also line breaks. */
export function clean(text: string): string {
  return escapeControls(text)
}

/** Columns that `text` takes on a terminal; colour codes count for nothing. */
export const columns = (text: string): number => stringWidth(text)

export function left(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)))
}

export function right(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columns(text))) + text
}

/** Lines of at most `width` columns, broken between words where they allow it, else within a word. */
export function hard(text: string, width: number): string[] {
  return wrapAnsi(text, width, { hard: true }).split('\n')
}

/** Breaks text between words, into lines of at most `width` columns where the words allow it. */
export function wrap(text: string, width: number): string {
  return wrapAnsi(text, width)
}
