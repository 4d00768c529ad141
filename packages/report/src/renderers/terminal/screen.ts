import { Ansis } from 'ansis'
import stringWidth from 'string-width'
import wrapAnsi from 'wrap-ansi'

export interface TextOptions {
  /** 0 none (default), 1 the sixteen colours, 2 256 colours, 3 true colour. The caller knows its terminal. */
  readonly colorLevel?: 0 | 1 | 2 | 3 | undefined
  /** Columns to stay within, 80 unless given, 40 at least. */
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

/** Breaks text between words, into lines of at most `width` columns where the words allow it. */
export function wrap(text: string, width: number): string {
  return wrapAnsi(text, width)
}
