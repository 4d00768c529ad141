import { instantiateKernels } from '../kernels.ts'
import { entryOf, instructions } from '../manifest/index.ts'
import type { InstructionName, Operands } from '../manifest/index.ts'
import { sequenceBytes, setSequence, writeSequence } from '../sequence.ts'
import { examplePrograms } from './augmentation.ts'
import { EXAMPLE_SAMPLES, EXAMPLE_SHARDS, examplesOf } from './examples.ts'
import type { ExampleScalars } from './scalars.ts'

/** Bytes of each buffer that are filled and hashed. */
const BUFFER = 65_536
/** Bytes from one buffer to the next: maps and weights may be longer than what is hashed, and no two buffers may overlap. */
const STRIDE = 4 * BUFFER
/** No record has more addresses. */
const BUFFERS = 8
const SETTINGS = 65_536
/** Scratch is longer than a buffer, and the last one. */
const SCRATCH = SETTINGS + BUFFERS * STRIDE
const PAGES = (SCRATCH + 16 * BUFFER) / 65_536

export type Answers = Record<InstructionName, number>

/** Runs every example of every instruction in a memory of its own. @returns a hash of what each instruction wrote, but for scratch */
export class KnownAnswers {
  readonly #memory: WebAssembly.Memory
  readonly #run: (sequence: number) => void

  private constructor(memory: WebAssembly.Memory, run: (sequence: number) => void) {
    this.#memory = memory
    this.#run = run
  }

  /**
   * @param shared whether `module` is of the kernels for shared memory
   * @param paired as `instantiateKernels` takes it
   */
  static async create(module: WebAssembly.Module, shared: boolean, paired = false): Promise<KnownAnswers> {
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: shared ? 65_536 : PAGES, shared })
    const kernels = await instantiateKernels(module, memory, { paired })
    return new KnownAnswers(memory, (sequence) => void kernels.run(sequence, 0, 1, 0, 1))
  }

  answers(): Answers {
    const names = Object.keys(instructions) as InstructionName[]
    return Object.fromEntries(names.map((name) => [name, this.#answer(name)])) as Answers
  }

  #answer(name: InstructionName): number {
    return examplesOf(name).reduce((hash, scalars) => this.#example(name, scalars, hash), 0x811c9dc5)
  }

  #example(name: InstructionName, scalars: ExampleScalars, hash: number): number {
    const buffer = this.#memory.buffer
    const addresses = Object.entries(entryOf(name).operands)
      .filter(([, type]) => type === 'address')
      .map(([operand], i) => [operand, operand === 'scratch' ? SCRATCH : SETTINGS + i * STRIDE] as const)
    new Uint8Array(buffer).fill(0)
    for (const [operand, address] of addresses) fill(name, operand, new DataView(buffer, address, BUFFER))
    const steps = {
      phases: [
        {
          serial: false,
          meet: true,
          instructions: [
            { name, operands: { ...scalars, ...Object.fromEntries(addresses) } as Operands<InstructionName> },
          ],
        },
      ],
      shards: EXAMPLE_SHARDS,
      batchSize: EXAMPLE_SAMPLES,
    }
    const results = 64
    const optimizerScalars = 128
    const sequence = 256
    if (sequence + sequenceBytes(steps) > SETTINGS) throw new Error('The sequence needs more room.')
    new Float32Array(buffer, optimizerScalars, 16).fill(0.5)
    writeSequence(this.#memory, sequence, steps)
    setSequence(this.#memory, sequence, {
      sampleCount: EXAMPLE_SAMPLES,
      results,
      scalars: optimizerScalars,
      scalarCount: 6,
      seed: 1,
      epoch: 2,
    })
    this.#run(sequence)
    return addresses.reduce(
      (sum, [operand, address]) =>
        operand === 'scratch' ? sum : hashed(new Int32Array(buffer, address, BUFFER / 4), sum),
      hashed(new Int32Array(buffer, results, 4), hash),
    )
  }
}

/** Buffers of values that are never negative: squares, variances, probabilities. */
const NOT_NEGATIVE =
  /^(second|secondMax|velocity|average|accumulator|norm|norms|saved|movingVariance|partials|weights|gamma)$/

function fill(name: InstructionName, operand: string, view: DataView): void {
  const words = new Int32Array(view.buffer, view.byteOffset, view.byteLength / 4)
  const floats = new Float32Array(view.buffer, view.byteOffset, view.byteLength / 4)
  const classes = name === 'sparseCrossEntropy'
  if (operand === 'programs') new Float64Array(view.buffer, view.byteOffset).set(examplePrograms())
  else if (operand === 'starts' || operand === 'indices' || (operand === 'targets' && classes)) words.fill(0)
  else if (operand === 'table') words.forEach((_, i) => (words[i] = (i * 7) % 13))
  else if (operand === 'ends') words.forEach((_, i) => (words[i] = 2 * (i + 1)))
  else if (operand === 'entries') {
    for (let i = 0; i < words.length; i += 2) {
      words[i] = (i * 5) % 16
      floats[i + 1] = 0.5
    }
  } else if (operand === 'mask' && (name === 'applyMask' || name === 'selectMask'))
    words.forEach((_, i) => (words[i] = i % 3 ? -1 : 0))
  else {
    // Not above the root of the mean square of rmsprop.
    const scale = operand === 'average' ? 1 / 16 : 1
    const positive = NOT_NEGATIVE.test(operand) || (operand === 'logits' && name === 'poisson')
    const values = positive ? positiveValues : signedValues
    // Each buffer has other values.
    const from = 1 + (view.byteOffset - SETTINGS) / STRIDE
    floats.set(values.subarray(from, from + floats.length))
    if (scale !== 1) for (let i = 0; i < floats.length; i++) floats[i] = (floats[i] as number) * scale
  }
}

const positiveValues = randomValues(false)
const signedValues = randomValues(true)

/** Values of sizes from 0.25 to 1.25; every fifth of the signed ones is 0, for the kernels that skip zeros. */
function randomValues(signed: boolean): Float32Array {
  let state = 1
  return Float32Array.from({ length: BUFFER / 4 + BUFFERS + 1 }, (_, i) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    const value = 0.25 + (state >>> 12) / 2 ** 20
    if (!signed) return value
    return i % 5 === 0 ? 0 : (state >>> 7) % 2 ? -value : value
  })
}

function hashed(words: Int32Array, hash: number): number {
  for (let i = 0; i < words.length; i++) hash = Math.imul(hash ^ (words[i] as number), 0x01000193)
  return hash
}
