import { activationKinds } from '@treadle/kernels'

/** A function of `activate`: one of `activationKinds` with its constants. */
export interface ActivationFunction {
  readonly kind: keyof typeof activationKinds
  readonly alpha?: number
  readonly beta?: number
  readonly gamma?: number
}

/** y = min(x, maxValue) for x > threshold, else negativeSlope · (x − threshold). */
export function rectifier({
  negativeSlope = 0,
  maxValue = Infinity,
  threshold = 0,
}: {
  negativeSlope?: number
  maxValue?: number | undefined
  threshold?: number
}): ActivationFunction {
  if (negativeSlope === 0 && maxValue === Infinity && threshold === 0) return { kind: 'relu' }
  return { kind: 'rectifier', alpha: negativeSlope, beta: threshold, gamma: maxValue }
}

/** The function of the layer ELU. */
export function elu(alpha = 1): ActivationFunction {
  return { kind: 'elu', alpha, beta: 1 }
}

/** Activations by the names of tfjs and of @treadle/keras's extensions. `linear` and the softmaxes are not among them. */
export const activationFunctions: Readonly<Record<string, ActivationFunction>> = {
  celu: elu(),
  elu: elu(),
  exponential: { kind: 'exponential' },
  gelu: { kind: 'gelu' },
  gelu_new: { kind: 'geluTanh' },
  hardShrink: { kind: 'shrink', alpha: 0.5 },
  // Keras 2's slope, and Keras 3's.
  hardSigmoid: { kind: 'clip', alpha: 0.2, beta: 0.5 },
  hardSigmoidKeras3: { kind: 'clip', alpha: 1 / 6, beta: 0.5 },
  hardSilu: { kind: 'hardSilu' },
  hardTanh: { kind: 'clip', alpha: 1, gamma: -1 },
  leakyRelu: rectifier({ negativeSlope: 0.2 }),
  logSigmoid: { kind: 'softplus', alpha: -1, beta: -1 },
  mish: { kind: 'mish' },
  relu: { kind: 'relu' },
  relu6: rectifier({ maxValue: 6 }),
  selu: { kind: 'elu', alpha: 1.6732632423543772, beta: 1.0507009873554805 },
  sigmoid: { kind: 'sigmoid' },
  softShrink: { kind: 'shrink', alpha: 0.5, beta: 0.5 },
  softplus: { kind: 'softplus', alpha: 1, beta: 1 },
  softsign: { kind: 'softsign' },
  sparsePlus: { kind: 'sparsePlus' },
  sparseSigmoid: { kind: 'clip', alpha: 0.5, beta: 0.5 },
  squareplus: { kind: 'squareplus' },
  swish: { kind: 'silu' },
  tanh: { kind: 'tanh' },
  tanhShrink: { kind: 'tanhShrink' },
}
