import { compileInference, compileTraining, productRate, type ProgramDescription } from '@treadle/compiler'
import { Purpose, RandomStream } from '@treadle/core'
import { modelDefinition } from '@treadle/experiment'
import type { Recipe } from '@treadle/experiment/recipe'
import { kernelHost, type Runtime } from '@treadle/runtime'

/** The input and output sizes of Fashion-MNIST and California housing. */
const IMAGES = { inputShape: [28, 28], outputs: 10 }
const TABLE = { inputShape: [8], outputs: 1 }
/** Enough steps for a median; fewer for large batches and networks, to limit memory and time. */
const profiledSteps = (batchSize: number, flops: number) =>
  Math.max(5, Math.min(200, Math.floor(20_000 / batchSize), Math.floor(2e11 / flops)))

export interface PlanOptions {
  readonly batchSize: number
  readonly inference: boolean
  readonly profile: boolean
}

export interface Plan extends ProgramDescription {
  /** GFLOP/s of this machine's product, if profiled: see `productRate`. */
  readonly productRate?: number
}

/** Compiles the network of a recipe, runs it if `profile` is set, and describes the program. Frees all that it allocates. */
export async function describePlan(recipe: Recipe, runtime: Runtime, options: PlanOptions): Promise<Plan> {
  if (!options.profile) return describeProgram(recipe, runtime, options)
  // Other programs may slow the machine down for a while: the product runs before and after the program.
  const before = await productRate()
  const program = await describeProgram(recipe, runtime, options)
  return { productRate: (before + (await productRate())) / 2, ...program }
}

async function describeProgram(
  recipe: Recipe,
  runtime: Runtime,
  { batchSize, inference, profile }: PlanOptions,
): Promise<ProgramDescription> {
  const host = await kernelHost(runtime)
  const definition = modelDefinition(recipe)
  const images = definition.task === 'classification'
  const { name: _name, ...options } = recipe.model
  const model = await definition.build({ ...options, seed: 1, ...(images ? IMAGES : TABLE) })
  try {
    const inputs = (count: number) => (images ? randomPixels(count) : randomFeatures(count, 8))
    if (inference) {
      const program = await compileInference(model, { host, batchSize })
      try {
        if (profile) {
          const count = batchSize * profiledSteps(batchSize, program.describe().flops)
          program.profile(inputs(count), count)
        }
        return program.describe()
      } finally {
        program.dispose()
      }
    }
    const loss = images ? 'sparseCategoricalCrossentropy' : 'meanSquaredError'
    const program = await compileTraining(model, {
      host,
      loss,
      batchSize,
      optimizer: recipe.optimizer,
      seed: 1,
    })
    try {
      if (profile) {
        const steps = profiledSteps(batchSize, program.describe().flops)
        const count = batchSize * steps
        const targets = images
          ? Int32Array.from({ length: count }, (_, i) => i % IMAGES.outputs)
          : new Float32Array(count)
        program.bind({ inputs: inputs(count), targets, count })
        program.profile(0, steps)
      }
      return program.describe()
    } finally {
      program.dispose()
    }
  } finally {
    model.dispose()
  }
}

function randomPixels(count: number): Uint8Array {
  return Uint8Array.from(randomFeatures(count, 28 * 28), (value) => 255 * value)
}

/** Values in [0, 1): 64 samples, repeated. */
function randomFeatures(count: number, width: number): Float32Array {
  const random = new RandomStream(1, Purpose.shuffle)
  const some = Float32Array.from({ length: 64 * width }, (_, i) => random.uniform(i))
  return Float32Array.from({ length: count * width }, (_, i) => some[i % some.length] as number)
}
