/** What `--optimizer` takes. Apart from the optimizers themselves, so that help need not load them. */
export const optimizerNames = ['adam', 'adamw', 'sgd'] as const
