import { closest, distance } from 'fastest-levenshtein'

/**
 * The known name that `given` most likely means, or undefined if none is close. Case is ignored. An unambiguous prefix
 * of at least three letters counts as close, and so do initials: `lr` for `learningRate` and for `learning-rate`.
 */
export function nearest(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined
  const lower = given.toLowerCase()
  const prefixed = known.filter((name) => lower.length >= 3 && name.toLowerCase().startsWith(lower))
  if (prefixed.length === 1) return prefixed[0]
  const abbreviated = known.filter((name) => lower.length >= 2 && initials(name) === lower)
  if (abbreviated.length === 1) return abbreviated[0]
  const best = closest(lower, known)
  const letters = distance(lower, best.toLowerCase())
  return letters < lower.length && letters <= Math.max(2, Math.floor(best.length / 3)) ? best : undefined
}

function initials(name: string): string {
  const words = name.split(/[-.]|(?=[A-Z])/)
  return words.map((word) => word[0]?.toLowerCase() ?? '').join('')
}

/** The end of a message about an unknown name: " Did you mean …?", or an empty string if no known name is close. */
export function didYouMean(given: string, known: readonly string[], show = (name: string) => name): string {
  const name = nearest(given, known)
  return name === undefined ? '' : ` Did you mean ${show(name)}?`
}
