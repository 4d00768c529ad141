interface Serialized {
  readonly className: string
  readonly config: { readonly l1?: number; readonly l2?: number }
}

/** Factors of the L1/L2 regulariser of the weight `name` ('kernel', 'bias', 'gamma', 'beta'): 0 for none. */
export function regularizerOf(
  config: Readonly<Record<string, unknown>>,
  name: string,
): { l1: number; l2: number } {
  const found = config[`${name}Regularizer`] as Serialized | null | undefined
  return { l1: found?.config.l1 ?? 0, l2: found?.config.l2 ?? 0 }
}

/** Why a layer's regularisers cannot be compiled, or nothing. */
export function regularizerRefusal(config: Readonly<Record<string, unknown>>): string | undefined {
  for (const [key, value] of Object.entries(config)) {
    if (!key.endsWith('Regularizer') || value == null) continue
    if (key === 'activityRegularizer') return 'activity regularisers are not supported'
    const { className } = value as Serialized
    if (className !== 'L1L2') return `the regulariser ${className} (\`${key}\`) is not L1, L2 or both`
  }
  return undefined
}
