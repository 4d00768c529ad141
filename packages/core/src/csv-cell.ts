import { escapeControls } from './escape-controls.ts'

/**
 * Text as a cell of a CSV file that no spreadsheet reads as a formula and that a terminal may show: an apostrophe precedes
 * text that begins with = + - @, a tab, a line break or an apostrophe, and control characters are escaped.
 * @example
 * csvCell('=1+1') // "'=1+1"
 */
export function csvCell(text: string): string {
  const shown = escapeControls(text)
  return /^[=+\-@\t\r\n']/.test(text) ? `'${shown}` : shown
}
