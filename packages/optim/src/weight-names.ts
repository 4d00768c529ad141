import { didYouMean, TreadleError } from '@treadle/core'

/**
 * Whether `pattern` names a weight: by the weight's name, its layer's, or both, whole parts between slashes. An asterisk
 * stands for any characters within a part: `beta`, `dense_1`, `dense_1/kernel`, `dense_*`.
 * @param name of the weight, such as `dense_1/kernel`
 */
export function isNamed(name: string, pattern: string): boolean {
  const parts = name.split('/')
  const wanted = pattern.split('/')
  return parts.some((_, i) => wanted.every((one, k) => isLike(parts[i + k], one)))
}

/** Goes back to the last asterisk only, so that no pattern takes long. */
function isLike(text: string | undefined, pattern: string): boolean {
  if (text === undefined) return false
  let at = 0
  let star = -1
  let resumed = 0
  let i = 0
  while (i < text.length) {
    if (pattern[at] === '*') {
      star = at
      at += 1
      resumed = i
    } else if (pattern[at] === text[i]) {
      at += 1
      i += 1
    } else if (star >= 0) {
      at = star + 1
      resumed += 1
      i = resumed
    } else return false
  }
  while (pattern[at] === '*') at += 1
  return at === pattern.length
}

/**
 * The error for a pattern that names no weight.
 * @param names of the trainable weights
 * @param known what may be named besides them and their layers
 */
export function namesNothing(
  field: string,
  pattern: string,
  names: readonly string[],
  known: readonly string[] = [],
): TreadleError {
  const nameable = [...new Set([...known, ...names.flatMap((name) => [name, ...name.split('/')])])]
  return new TreadleError(
    'TRAINER_BAD_OPTIMIZER',
    `optimizer: \`${field}\` names '${pattern}', but no trainable weight or layer has that name.` +
      didYouMean(pattern, nameable, (near) => `'${near}'`),
  )
}
