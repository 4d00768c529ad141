import { TreadleError, show } from '@treadle/core'

/** Throws `MODEL_BAD_OPTION` unless `value` is an integer of at least `minimum`. */
export function checkInteger(option: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return
  throw new TreadleError(
    'MODEL_BAD_OPTION',
    `\`${option}\` (=${show(value)}) must be an integer of at least ${minimum}.`,
  )
}

/** Throws `MODEL_BAD_OPTION` unless `shape` has one to three positive dimensions. */
export function checkInputShape(shape: readonly number[]): void {
  const fits =
    Array.isArray(shape) &&
    shape.length >= 1 &&
    shape.length <= 3 &&
    shape.every((size) => Number.isSafeInteger(size) && size >= 1)
  if (fits) return
  throw new TreadleError(
    'MODEL_BAD_OPTION',
    `\`inputShape\` (=${show(shape)}) must be [features], [height, width] or [height, width, channels], each at least 1.`,
  )
}
