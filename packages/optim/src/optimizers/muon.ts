import * as z from 'zod/mini'
import { commonChecks, commonFields } from '../common-options.ts'
import { flag, fraction, notNegative, positive } from '../fields.ts'
import { matrixOf, type WeightShape } from '../matrices.ts'
import { createOptimizer, type OptimizerDefinition } from '../optimizer.ts'
import { learningRateSchema } from '../schedules/index.ts'
import { isNamed } from '../weight-names.ts'
import { adamUpdate } from './adam-update.ts'
import { emitMuonMatrix, plainMuonMatrix } from './muon-matrix.ts'

const coefficient = (fallback: number, term: string) =>
  z
    ._default(z.number(), fallback)
    .check(z.describe(`Coefficient of ${term} in an iteration of Newton–Schulz.`))

const schema = z
  .strictObject({
    name: z.literal('muon'),
    learningRate: learningRateSchema(1e-3),
    momentum: fraction(0.95, 'Fraction of the sum of gradients that each step keeps.'),
    nesterov: flag(true, "Nesterov's form of the momentum."),
    nsSteps: z
      ._default(z.int().check(z.gte(1), z.lte(20)), 5)
      .check(z.describe('Iterations of Newton–Schulz.')),
    muonA: coefficient(3.4445, 'x'),
    muonB: coefficient(-4.775, 'x³'),
    muonC: coefficient(2.0315, 'x⁵'),
    rmsRate: notNegative(
      0.2,
      'Multiplies the update of a matrix by this and by the root of its longer side, so that rates of Adam fit; 0: does neither.',
    ),
    convolutions: flag(
      false,
      'Updates kernels of convolutions as matrices, too, with a column for each filter.',
    ),
    excludeLayers: z
      .optional(z.array(z.string()))
      .check(z.describe('Weights that AdamW updates, by the name of the weight or its layer: dense_1.')),
    adamBeta1: fraction(0.9, 'Of AdamW: decay rate of the first moment.'),
    adamBeta2: fraction(0.999, 'Of AdamW: decay rate of the second moment.'),
    epsilon: positive(1e-7, 'Of AdamW: a small number that keeps the divisor from being 0.'),
    adamLrRatio: positive(1, 'Of AdamW: its learning rate, as a factor of the learning rate.'),
    adamWeightDecay: notNegative(0.004, 'Of AdamW: its weight decay.'),
    ...commonFields,
    weightDecay: notNegative(0.004, 'Each step first subtracts weightDecay × learning rate × weight.'),
  })
  .check(
    ...commonChecks,
    z.describe(
      'Muon (Jordan et al., 2024) for matrices: momentum made orthogonal. AdamW for all other weights.',
    ),
  )

export type Muon = Readonly<z.output<typeof schema>>

const asAdam = (optimizer: Muon) => ({
  ...optimizer,
  beta1: optimizer.adamBeta1,
  beta2: optimizer.adamBeta2,
  amsgrad: false,
})

/** Whether Muon updates a weight: a matrix of Keras, and with `convolutions` a kernel of more axes. */
function isMatrix({ convolutions, excludeLayers = [] }: Muon, { name, shape }: WeightShape): boolean {
  const fits = shape.length === 2 || (convolutions && shape.length > 2 && name.endsWith('/kernel'))
  return fits && !excludeLayers.some((pattern) => isNamed(name, pattern))
}

export const muonDefinition: OptimizerDefinition<Muon> = {
  name: 'muon',
  title: 'Muon',
  schema,
  slots: () => ({ momentum: 0, velocity: 0 }),
  clock: () => ({ beta1Power: 1, beta2Power: 1 }),
  advance: (clock, optimizer, learningRate) =>
    adamUpdate.advance(
      clock,
      asAdam(optimizer),
      Math.fround(learningRate * Math.fround(optimizer.adamLrRatio)),
    ),
  rateScalars: [1],
  decay: (optimizer, weight) =>
    isMatrix(optimizer, weight) ? optimizer.weightDecay : optimizer.adamWeightDecay,
  plain: (optimizer) => adamUpdate.plain(asAdam(optimizer)),
  emit: (emitter, optimizer, operands, slots) => adamUpdate.emit(emitter, asAdam(optimizer), operands, slots),
  matrices: {
    of: (optimizer, weight) => (isMatrix(optimizer, weight) ? matrixOf(weight.shape) : undefined),
    plain: plainMuonMatrix,
    emit: emitMuonMatrix,
  },
}

/**
 * Muon (Jordan et al., 2024) in Keras's form: kernels of dense layers are updated by their momentum, made orthogonal by
 * iterations of Newton–Schulz; all other weights by AdamW. With `convolutions`, also kernels of convolutions are.
 * @param options learningRate 0.001, momentum 0.95, nesterov true, nsSteps 5, rmsRate 0.2, weightDecay 0.004, those of
 *   AdamW (adamBeta1, adamBeta2, epsilon, adamLrRatio, adamWeightDecay), and those of every optimizer
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function muon(options: Partial<Omit<Muon, 'name'>> = {}): Muon {
  return createOptimizer(muonDefinition, 'muon', options)
}
