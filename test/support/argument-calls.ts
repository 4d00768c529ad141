/** A public function with good arguments. */
export interface ArgumentCall {
  readonly call: (...values: any[]) => unknown
  readonly values: readonly unknown[]
  /** Names of bad values that it takes nevertheless, or 'any' value of one position. */
  readonly takes: readonly string[]
}

/**
 * Every public function that takes more than options, by its package and name, with good values for all arguments
 * before the options.
 * @param known what `knownValues` of fuzz/targets/support returns
 */
export function argumentCalls(known: any): Record<string, ArgumentCall> {
  const { packages, labels, classifier, picture, probabilities } = known
  const { image, metrics } = packages
  const contract = classifier.preprocessing
  const run = { seed: 1, history: { loss: [1] }, report: known.report, accuracy: 1 }

  const calls: Record<string, [call: (...values: any[]) => unknown, values: unknown[], takes?: string[]]> = {
    'metrics.accuracy': [metrics.accuracy, [labels, labels]],
    'metrics.auc': [metrics.auc, [{ curve: 'ROC', thresholds: 3 }]],
    'metrics.balancedAccuracy': [metrics.balancedAccuracy, [labels, labels]],
    'metrics.bootstrapAccuracy': [metrics.bootstrapAccuracy, [labels, labels]],
    'metrics.bootstrapMean': [metrics.bootstrapMean, [labels]],
    'metrics.calibration': [metrics.calibration, [labels, probabilities]],
    'metrics.classificationReport': [metrics.classificationReport, [labels, labels]],
    'metrics.cohenKappa': [metrics.cohenKappa, [labels, labels]],
    'metrics.confusionMatrix': [metrics.confusionMatrix, [labels, labels, 2]],
    'metrics.formatClassificationReport': [metrics.formatClassificationReport, [known.report]],
    'metrics.hardestConfusions': [
      metrics.hardestConfusions,
      [
        [
          [1, 0],
          [2, 3],
        ],
        ['a', 'b'],
        2,
      ],
    ],
    'metrics.holm': [metrics.holm, [[0.1, 0.2]]],
    'metrics.judge': [metrics.judge, [0.5, [0.4, 0.6], 'name'], ['undefined']],
    'metrics.logLoss': [metrics.logLoss, [labels, probabilities]],
    'metrics.mae': [metrics.mae, [labels, labels]],
    'metrics.matthewsCorrcoef': [metrics.matthewsCorrcoef, [labels, labels]],
    'metrics.mcnemar': [metrics.mcnemar, [labels, labels, labels]],
    'metrics.precision': [metrics.precision, [{ threshold: 0.5 }]],
    'metrics.predictedClasses': [metrics.predictedClasses, [probabilities, 2]],
    'metrics.r2': [metrics.r2, [labels, labels]],
    'metrics.recall': [metrics.recall, [{ threshold: 0.5 }]],
    'metrics.rmse': [metrics.rmse, [labels, labels]],
    'metrics.spreadOf': [metrics.spreadOf, [[1, 2]]],
    'metrics.summariseSeeds': [metrics.summariseSeeds, [[run, run]]],
    'metrics.topKAccuracy': [metrics.topKAccuracy, [labels, probabilities, 1]],
    'metrics.topKCategoricalAccuracy': [metrics.topKCategoricalAccuracy, [{ k: 2 }]],

    'image.borderMean': [image.borderMean, [picture]],
    'image.crop': [image.crop, [picture, { left: 0, top: 0, width: 1, height: 1 }]],
    'image.decodeImage': [image.decodeImage, [known.png]],
    'image.encodePng': [image.encodePng, [picture]],
    'image.flatten': [image.flatten, [picture, 0]],
    'image.isGrey': [image.isGrey, [picture]],
    'image.networkInput': [image.networkInput, [picture, contract]],
    'image.opaque': [image.opaque, [picture, 3, 'auto']],
    'image.opaquePart': [image.opaquePart, [picture]],
    'image.orient': [image.orient, [picture, 1]],
    'image.prepareFile': [image.prepareFile, [known.png, { contract }]],
    'image.preprocess': [image.preprocess, [picture, contract]],
    'image.resize': [image.resize, [picture, { width: 1, height: 1 }]],
    'image.toGrey': [image.toGrey, [picture]],
    'image.toRgb': [image.toRgb, [picture]],
  }
  return Object.fromEntries(
    Object.entries(calls).map(([name, [call, values, takes = []]]) => [name, { call, values, takes }]),
  )
}
