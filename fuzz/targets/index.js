/**
 * A target: what its inputs are made from, and what reads them.
 * @typedef {object} Target
 * @property {(packages: object) => Promise<{ bases: number }>} prepare runs once in a process
 * @property {(plan: { base: number, changes: number[] }, context: object) => unknown} make the input of a plan
 * @property {(input: unknown, context: object) => Promise<void>} run reads it; throws what the reader throws
 * @property {(error: Error) => boolean} isOutermost whether the error comes from the first check of the input
 * @property {{ seconds: number, bytes: number }} [limits] processor time and memory for one input, if less than the default
 * @property {(context: object) => Promise<void>} [check] throws if an input has left traces
 */

/** A new target is a file beside this one and a name here. */
export const targetNames = [
  'models',
  'weights',
  'checkpoints',
  'runs',
  'png',
  'pictures',
  'data',
  'parquet',
  'idx',
  'gz',
  'options',
]

/** @returns {Promise<Target>} */
export async function loadTarget(name) {
  return (await import(`./${name}.js`)).default
}
