/** Control characters (C0 and C1), line and paragraph separators, and marks that change the direction of text. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

/**
 * Text from outside as a terminal may show it: each control character, and each mark that changes the direction of
 * text, becomes `\u001b` or the like. File names, class names and messages may hold any of them.
 * @param keep characters that stay, such as `\n`
 * @example
 * escapeControls('a\u001b[31m') // 'a\\u001b[31m'
 */
export function escapeControls(text: string, keep = ''): string {
  return text.replace(CONTROLS, (character) =>
    keep.includes(character) ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
