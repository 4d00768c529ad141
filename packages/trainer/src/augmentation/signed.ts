import { type Draw, numbersOf } from './definition.ts'

/** The one random number of an augmentation of an image: uniform in [−most, most). */
export function signed(most: number, draw: Draw): number {
  return (2 * numbersOf(draw).uniform(0) - 1) * most
}
