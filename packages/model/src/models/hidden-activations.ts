/** The activations a hidden layer may have: those of tfjs-layers that Keras knows under the same name. */
export const hiddenActivations = [
  'relu',
  'elu',
  'selu',
  'sigmoid',
  'softplus',
  'softsign',
  'swish',
  'tanh',
  'linear',
] as const

export type HiddenActivation = (typeof hiddenActivations)[number]
