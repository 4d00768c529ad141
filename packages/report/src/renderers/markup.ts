import { escapeControls } from '@treadle/core'

/** Text that is markup already, as opposed to a string from data, which is escaped wherever it lands. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Part = string | number | Markup | readonly Part[] | undefined | false

/**
 * A template for HTML and SVG: every value is escaped unless it is `Markup` itself; lists are joined, `undefined`
 * and `false` leave nothing. Attribute values must stand in double quotes.
 */
export function markup(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, string, i) => text + render(values[i - 1]) + string))
}

function render(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Markup) return part.text
  if (Array.isArray(part)) return part.map(render).join('')
  return escape(typeof part === 'string' ? part : `${part as number}`)
}

/**
 * Fit for text and for attribute values in double quotes. Control characters and marks that change the direction of text
 * are shown escaped; other characters that XML forbids become U+FFFD.
 */
function escape(text: string): string {
  return escapeControls(text, '\t\n\r')
    .replace(/[\p{Cs}\p{Noncharacter_Code_Point}]/gu, '\ufffd')
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
}
