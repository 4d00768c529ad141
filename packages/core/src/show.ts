import { escapeControls } from './escape-controls.ts'

/** Levels of a value that a message shows. */
const LEVELS = 4
/** Characters of a value that a message shows. */
const LONGEST = 80

/**
 * A value of any kind as a message shows it: on one line, without control characters, at most 80 characters. It never throws.
 * @example
 * show(['a', 1]) // '["a",1]'
 */
export function show(value: unknown): string {
  const text = escapeControls(textOf(value, LEVELS))
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}…` : text
}

function textOf(value: unknown, levels: number): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.slice(0, LONGEST))
    case 'symbol':
      return value.toString()
    case 'function':
      return `function ${typeof value.name === 'string' ? value.name : ''}`.trimEnd()
    case 'object':
      return value === null ? 'null' : partsOf(value, levels)
    default:
      return String(value)
  }
}

function partsOf(value: object, levels: number): string {
  if (levels === 0) return '…'
  // More would not fit into the message.
  if (Array.isArray(value))
    return `[${Array.from(value.slice(0, LONGEST), (one) => textOf(one, levels - 1)).join()}]`
  const { constructor } = value
  const name = typeof constructor === 'function' ? constructor.name : 'Object'
  if (name !== 'Object') return `an instance of ${name}`
  const entries = Object.entries(value).slice(0, LONGEST)
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${textOf(inner, levels - 1)}`).join()}}`
}
