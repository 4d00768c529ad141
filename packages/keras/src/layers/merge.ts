/** Layers that join their inputs element by element, with sizes of 1 repeated. Addition is `Add`. */
export interface MergeConfig {
  readonly kind: 'Merge'
  readonly operation: 'subtract' | 'multiply' | 'average' | 'maximum' | 'minimum'
}

export function readMerge(operation: MergeConfig['operation']) {
  return (): MergeConfig => ({ kind: 'Merge', operation })
}
