import { Ansis } from 'ansis'

const plain = new Ansis(0)

/** The text without its escape sequences. */
export const strip = (text: string) => plain.strip(text)
