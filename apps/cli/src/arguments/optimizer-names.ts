/** The values of `--optimizer`. In a file of their own, so that help does not load the optimizers. */
export const optimizerNames = ['adam', 'adamw', 'sgd'] as const
