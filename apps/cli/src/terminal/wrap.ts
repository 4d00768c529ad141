import wrapAnsi from 'wrap-ansi'

/** Splits `text` at spaces into lines of at most `width` columns; a longer word keeps a line of its own. */
export const wrap = (text: string, width: number): string[] => wrapAnsi(text, width).split('\n')
