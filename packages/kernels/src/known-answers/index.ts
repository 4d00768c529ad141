import { TreadleError } from '@treadle/core'
import type { InstructionName } from '../manifest/index.ts'
import { KnownAnswers, type Answers } from './answers.ts'
import { hashes } from './hashes.ts'

export { KnownAnswers } from './answers.ts'
export type { Answers } from './answers.ts'

/**
 * Compares what an engine computes with known answers: hashes of examples of every instruction. The first pass makes the
 * engine optimise the kernels, if it tiers up synchronously; the second uses the optimised code.
 *
 * @param module the kernels
 * @param shared whether they are those for shared memory
 * @param paired as `instantiateKernels` takes it. The answers are the same
 * @throws TreadleError `KERNELS_WRONG_ANSWER` with the names of the instructions
 */
export async function checkKnownAnswers(
  module: WebAssembly.Module,
  shared: boolean,
  paired = false,
): Promise<void> {
  const known = await KnownAnswers.create(module, shared, paired)
  const found = [known.answers(), known.answers()]
  const wrong = (Object.keys(hashes) as InstructionName[]).filter((name) =>
    found.some((answers: Answers) => answers[name] !== hashes[name]),
  )
  if (wrong.length === 0) return
  throw new TreadleError(
    'KERNELS_WRONG_ANSWER',
    `This JavaScript engine compiles the kernels wrongly: ${wrong.join(', ')} compute other bits than they must. Start without wide SIMD (--wide-simd, \`wideSimd\`, --experimental-wasm-revectorize), and report this with the version of the engine.`,
  )
}
