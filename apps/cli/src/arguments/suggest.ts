import { closest, distance } from 'fastest-levenshtein'

const initials = (name: string) => name.replace(/(\w)\w*-?/g, '$1')

/**
 * The name among `known` that `given` probably means: the only one that begins so, the only one with these initials
 * (`lr` for `learning-rate`), or one that differs in few letters. Undefined if there is none.
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  const lower = given.toLowerCase()
  const starting = known.filter((name) => lower.length >= 3 && name.toLowerCase().startsWith(lower))
  if (starting.length === 1) return starting[0]
  const abbreviated = known.filter((name) => name.includes('-') && initials(name) === lower)
  if (abbreviated.length === 1) return abbreviated[0]
  if (known.length === 0) return undefined
  const best = closest(lower, known)
  const letters = distance(lower, best.toLowerCase())
  return letters < lower.length && letters <= Math.max(2, Math.floor(best.length / 3)) ? best : undefined
}

/** " Did you mean …?", or nothing: the end of a message about an unknown name. */
export function didYouMean(given: string, known: readonly string[], show = (name: string) => name): string {
  const name = nearest(given, known)
  return name === undefined ? '' : ` Did you mean ${show(name)}?`
}
