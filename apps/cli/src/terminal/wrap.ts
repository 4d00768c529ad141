import { strip } from './strip.ts'

/** Splits `text` at spaces into lines of at most `width` characters; colours take no room. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && strip(`${line} ${word}`).length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
