/** Keras 3's names of activations, by tfjs's name in snake case. */
const activations: Readonly<Record<string, string>> = {
  elu: 'elu',
  exponential: 'exponential',
  gelu: 'gelu',
  hard_sigmoid_keras3: 'hard_sigmoid',
  hard_silu: 'hard_silu',
  leaky_relu: 'leaky_relu',
  linear: 'linear',
  log_softmax: 'log_softmax',
  mish: 'mish',
  relu: 'relu',
  relu6: 'relu6',
  selu: 'selu',
  sigmoid: 'sigmoid',
  softmax: 'softmax',
  softplus: 'softplus',
  softsign: 'softsign',
  swish: 'silu',
  tanh: 'tanh',
}

/** Undefined for an activation that Keras 3 does not have under a name. */
export function kerasActivation(name: string): string | undefined {
  return Object.hasOwn(activations, name) ? activations[name] : undefined
}
