import { Ansis } from 'ansis'
import stringWidth from 'string-width'

export interface TextOptions {
  /** 0 none (default), 1 the sixteen colours, 2 256 colours, 3 true colour. The caller knows its terminal. */
  readonly colorLevel?: 0 | 1 | 2 | 3 | undefined
  /** Columns to stay within, 80 unless given. */
  readonly width?: number | undefined
  /** The terminal's background, `dark` unless given; shades grow from it. */
  readonly background?: 'dark' | 'light' | undefined
}

/** Where text is drawn: its colours and its width. */
export interface Screen {
  readonly ink: Ansis
  readonly level: 0 | 1 | 2 | 3
  readonly width: number
  readonly background: 'dark' | 'light'
}

export function screen({ colorLevel = 0, width = 80, background = 'dark' }: TextOptions = {}): Screen {
  return { ink: new Ansis(colorLevel), level: colorLevel, width: Math.max(40, Math.floor(width)), background }
}

/** Text from data, safe to print: no escape codes, no line breaks. */
export function clean(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, '�')
}

/** Columns that `text` takes on a terminal; colour codes count for nothing. */
export const columns = (text: string): number => stringWidth(text)

export function left(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)))
}

export function right(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - columns(text))) + text
}

/** Cuts uncoloured text to `width` columns, its end marked by an ellipsis. */
export function shorten(text: string, width: number): string {
  if (columns(text) <= width) return text
  return `${takeColumns(text, width - 1)}…`
}

/** Cuts uncoloured text to `width` columns from its middle: the ends of layers' names tell them apart. */
export function shortenMiddle(text: string, width: number): string {
  if (columns(text) <= width) return text
  const head = takeColumns(text, Math.ceil((width - 1) / 2))
  const reversed = Array.from(text).toReversed().join('')
  const tail = Array.from(takeColumns(reversed, Math.max(0, width - 1 - columns(head))))
  return `${head}…${tail.toReversed().join('')}`
}

/** As many whole characters of uncoloured text as `width` columns hold. */
export function takeColumns(text: string, width: number): string {
  let taken = ''
  let used = 0
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += columns(segment)
    if (used > width) break
    taken += segment
  }
  return taken
}

/** Breaks words over lines of at most `width` columns. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && columns(line) + 1 + columns(word) <= width)
      lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines
}
