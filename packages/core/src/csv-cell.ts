/**
 * Text as a cell of a CSV file that no spreadsheet reads as a formula: an apostrophe stands before text that begins with
 * = + - @, a tab, a line break or an apostrophe. Different texts have different cells.
 * @example
 * csvCell('=1+1') // "'=1+1"
 */
export function csvCell(text: string): string {
  return /^[=+\-@\t\r\n']/.test(text) ? `'${text}` : text
}
