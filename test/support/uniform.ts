import { type Arbitrary, integer } from 'fast-check'

/** Parts of the range. */
const STEPS = 2 ** 30

/**
 * Numbers from `min` to `max`, both included, all parts of the range alike. fast-check's own `double` and `float` draw all
 * floats alike, and of those between 0 and 1 nearly all are tiny: a range that begins at 0 is then tested at 0.
 */
export const uniform = (min: number, max: number): Arbitrary<number> =>
  integer({ min: 0, max: STEPS }).map((step) => min + (max - min) * (step / STEPS))
