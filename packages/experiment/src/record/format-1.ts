interface Request {
  readonly model: string
  readonly modelParameters: object
  readonly data: string
  readonly epochs: number
  readonly batchSize: number
  readonly seed: number
  readonly threads: 'auto' | number
  readonly executor: string
  readonly fastMath?: boolean
  readonly optimizer: string
  readonly learningRate?: number
  readonly earlyStopping?: number
  readonly validationSplit?: number
}

/**
 * A record of format 1, which held a `request` of its own form, in format 2. What the request does not hold had the
 * values that are the recipe's defaults. The result is not checked yet.
 */
export function fromFormat1(value: unknown): unknown {
  const { request, ...record } = value as { readonly request?: Request }
  if (typeof request !== 'object' || request === null) return value
  const { epochs, batchSize, seed, threads, executor, fastMath = false } = request
  const { model, modelParameters, data, optimizer, learningRate, earlyStopping, validationSplit } = request
  const recipe = {
    model: { name: model, ...modelParameters },
    data: { name: data, validation: validationSplit === undefined ? 'test' : { split: validationSplit } },
    training: { epochs, batchSize, seed, threads, executor, fastMath },
    optimizer: { name: optimizer, ...(learningRate !== undefined && { learningRate }) },
    earlyStopping: earlyStopping === undefined ? false : { patience: earlyStopping },
  }
  return { ...record, format: 2, recipe }
}
