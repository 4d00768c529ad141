/** A public function with good arguments. */
export interface ArgumentCall {
  readonly call: (...values: any[]) => unknown
  readonly values: readonly unknown[]
  /** Names of bad values that it takes nevertheless. */
  readonly takes: readonly string[]
}

type Row = [call: (...values: any[]) => unknown, values: unknown[], takes?: string[]]

/**
 * Every public function that takes more than options, by its package and name, with good values for all arguments
 * before the options.
 * @param known what `knownValues` of fuzz/targets/support returns
 * @param decoders the entry point `@treadle/image/decoders`
 * @param recipes the entry point `@treadle/experiment/recipe`
 */
export async function argumentCalls(
  known: any,
  { decoders, recipes }: { decoders: any; recipes: any },
): Promise<Record<string, ArgumentCall>> {
  const { packages, started, labels, images, squares, network, convolutions, blobs, classifier, pixel } =
    known
  const { picture, probabilities } = known
  const { dataset, experiment, image, metrics, model, pretrained, report, runtime, trainer } = packages
  const contract = classifier.preprocessing
  const seedRun = { seed: 1, history: { loss: [1] }, report: known.report, accuracy: 1 }
  const recipe = { model: { name: 'wide-and-deep', units: [2] }, training: { epochs: 1, batchSize: 4 } }
  const runIt = (given: unknown) =>
    experiment.runRecipe(given, { data: images, runtime: started, reports: [] })
  const { run } = await runIt(recipe)
  const { record } = run
  const state = trainer.decodeTrainingState(await run.readCheckpoint('last'))
  const runReport = await experiment.readRunReport(run)
  const { history, test } = runReport
  const comparison = await experiment.readComparison([run, run])
  const { analysis } = report.analyseRun(runReport).tested
  const baseline = { name: 'x', accuracy: 0.5, history, classes: [] }
  const figure = report.curvesFigure(history, 'loss')
  const regressor = { kind: 'regressor', targetName: 'x', loss: 1, targets: [1, 2], predictions: [1, 2] }
  const short = { epochs: 1, batchSize: 4 }
  const summary = { location: 'x', state: 'done', record }

  const calls: Record<string, Row> = {
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
    'metrics.studentInterval': [metrics.studentInterval, [{ mean: 1, sd: 0.1, count: 3 }]],
    'metrics.summariseSeeds': [metrics.summariseSeeds, [[seedRun, seedRun]]],
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

    'image/decoders.workerCount': [decoders.workerCount, ['auto'], ['five']],
    'image/decoders.DecoderPool': [(workers) => new decoders.DecoderPool(workers), [1]],

    'dataset.IdxParser': [(bytes) => new dataset.IdxParser().push(bytes), [Uint8Array.of(0, 0)]],
    'dataset.describeDataset': [dataset.describeDataset, [images]],
    'dataset.holdOutFold': [
      (samples) => dataset.holdOutFold(samples, { fold: 1, folds: 2, seed: 1 }),
      [images.train],
    ],
    'dataset.loadDataset': [dataset.loadDataset, ['sample']],
    'dataset.readIdx': [dataset.readIdx, [Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7)]],
    'dataset.selectSamples': [dataset.selectSamples, [images.train, [0, 1]]],
    'dataset.splitSamples': [
      (samples) => dataset.splitSamples(samples, { fraction: 0.5, seed: 1 }),
      [images.train],
    ],
    'dataset.writeIdx': [
      (array) => drained(dataset.writeIdx(array)),
      [{ dtype: 'uint8', shape: [1], data: new Uint8Array(1) }],
    ],

    'runtime.holdRuntime': [(given) => runtime.holdRuntime(given)(), [started]],
    'runtime.kernelHost': [
      async (given) => (await runtime.kernelHost(given)).dispose(),
      [started],
      ['undefined'],
    ],

    'model.Classifier.answer': [(input) => classifier.answer(input), [pixel]],
    'model.Classifier.classify': [(input) => classifier.classify(input), [pixel], ['empty']],
    'model.Classifier.classifySync': [(input) => classifier.classifySync(input), [pixel]],
    'model.Classifier.from': [
      (given) => disposed(model.Classifier.from(given, { classNames: ['a', 'b'] })),
      [network],
    ],
    'model.Classifier.load': [(source) => disposed(model.Classifier.load(source)), [blobs]],
    'model.Classifier.prepare': [(input) => classifier.prepare(input), [pixel]],
    'model.classMetadata': [(given) => model.classMetadata(given, { classNames: ['a', 'b'] }), [network]],
    'model.describeModel': [model.describeModel, [network]],
    'model.encodeModel': [model.encodeModel, [network]],
    'model.initializeWeights': [model.initializeWeights, [network, 1]],
    'model.loadModel': [(source) => disposed(model.loadModel(source)), [blobs]],
    'model.saveModel': [
      (given, target) => typeof target !== 'string' && model.saveModel(given, target),
      [network, { save: async () => ({}) }],
      ['text'],
    ],
    'model.trainingStatistics': [model.trainingStatistics, [images.train]],
    'model.weightsSha256': [model.weightsSha256, [network]],

    'export.exportModel': [packages.export.exportModel, [network, 'tfjs']],

    'experiment.compareEnsemble': [
      experiment.compareEnsemble,
      [
        [run, run],
        [0.5, 0.5],
      ],
    ],
    'model.ensembleModel': [(members) => model.ensembleModel(members), [[network, network]]],
    'model.transferModel': [(base) => model.transferModel(base, { classes: 2 }), [network]],
    'model.whitenFirstLayer': [model.whitenFirstLayer, [convolutions, squares]],
    'model.unfreezeLayers': [model.unfreezeLayers, [network, 1]],
    'trainer.decodeTrainingState': [trainer.decodeTrainingState, [trainer.encodeTrainingState(state)]],
    'trainer.encodeTrainingState': [trainer.encodeTrainingState, [state]],
    'trainer.evaluate': [trainer.evaluate, [network, images.test]],
    'trainer.finalWeights': [trainer.finalWeights, [state]],
    'trainer.findLearningRate': [
      (given, data) => trainer.findLearningRate(given, data, { steps: 20 }),
      [network, images],
    ],
    'trainer.fit': [(given, data) => trainer.fit(given, data, short), [network, images]],
    'trainer.predict': [trainer.predict, [network, images.test]],
    'trainer.slotNames': [trainer.slotNames, [trainer.adam()]],
    'trainer.train': [(given, data) => trainer.train(given, data, short).next(), [network, images]],

    'experiment.Run.create': [experiment.Run.create, [experiment.memoryStore(), record]],
    'experiment.Run.open': [experiment.Run.open, [run.store]],
    'experiment.checkpointModel': [experiment.checkpointModel, [run, 'last']],
    'experiment.filterRuns': [experiment.filterRuns, [[summary], 'seed = 1']],
    'experiment.listRuns': [experiment.listRuns, ['.']],
    'experiment.openStore': [experiment.openStore, ['x']],
    'experiment.parseRecipe': [experiment.parseRecipe, [recipe]],
    'experiment.readComparison': [experiment.readComparison, [[run, run]]],
    'experiment.readRunReport': [experiment.readRunReport, [run, images], ['undefined']],
    'experiment.runRecipe': [runIt, [recipe]],
    'experiment.testLearningRates': [
      (given) => experiment.testLearningRates(given, { data: images, runtime: started, steps: 20 }),
      [recipe],
    ],
    'experiment.sortRuns': [experiment.sortRuns, [[summary], 'seed']],
    'experiment.testModel': [
      (given, data) => experiment.testModel(given, data, { runtime: started }),
      [network, images],
    ],
    'experiment.writeReportFiles': [
      experiment.writeReportFiles,
      [run, report.describeRun(runReport), ['txt']],
      ['undefined'],
    ],
    'experiment/recipe.commandLine': [recipes.commandLine, [record.recipe]],
    'experiment/recipe.plannedEpochs': [recipes.plannedEpochs, [record.recipe]],
    'experiment/recipe.recipeFacts': [recipes.recipeFacts, [record.recipe]],
    'experiment/recipe.recipeFromText': [
      recipes.recipeFromText,
      ['model: wide-and-deep', 'x'],
      ['undefined'],
    ],
    'experiment/recipe.recipeToYaml': [recipes.recipeToYaml, [record.recipe]],
    'experiment/recipe.withFlags': [
      (given) => recipes.withFlags(recipe, given),
      [{ epochs: '1' }],
      ['object'],
    ],
    'experiment/recipe.withSetting': [
      (path, text) => recipes.withSetting(recipe, path, text),
      ['training.epochs', '1'],
    ],

    'pretrained.loadPretrained': [
      async (name) => (await pretrained.loadPretrained(name)).model.dispose(),
      ['wide-and-deep'],
    ],
    'pretrained.pretrainedFiles': [pretrained.pretrainedFiles, ['wide-and-deep']],
    'report.analyseClassifier': [report.analyseClassifier, [test, 1], ['undefined']],
    'report.analyseComparison': [report.analyseComparison, [comparison]],
    'report.analyseRegressor': [report.analyseRegressor, [regressor]],
    'report.analyseRun': [report.analyseRun, [runReport]],
    'report.classBarsFigure': [report.classBarsFigure, [known.report, baseline], ['undefined']],
    'report.classComparisonTable': [report.classComparisonTable, [known.report, baseline]],
    'report.classificationTable': [report.classificationTable, [known.report]],
    'report.confusionFigure': [
      report.confusionFigure,
      [
        [
          [1, 0],
          [0, 1],
        ],
        ['a', 'b'],
      ],
    ],
    'report.curvesFigure': [report.curvesFigure, [history, 'loss', baseline], ['undefined']],
    'report.describeComparison': [report.describeComparison, [comparison]],
    'report.describeRun': [report.describeRun, [runReport]],
    'report.epochTables': [report.epochTables, [history, baseline], ['undefined']],
    'report.formatBlocks': [report.formatBlocks, [known.blocks]],
    'report.formatLayers': [report.formatLayers, [known.summary]],
    'report.formatPicture': [report.formatPicture, [picture]],
    'report.formatProbabilities': [report.formatProbabilities, [[{ className: 'a', probability: 0.5 }]]],
    'report.formatSeeds': [report.formatSeeds, [known.seeds, baseline], ['undefined']],
    'report.inlineSvg': [report.inlineSvg, [figure]],
    'report.layersTable': [report.layersTable, [known.summary]],
    'report.reliabilityFigure': [report.reliabilityFigure, [analysis.calibration]],
    'report.renderReportHtml': [report.renderReportHtml, [known.document]],
    'report.renderReportMarkdown': [report.renderReportMarkdown, [runReport]],
    'report.renderReportSvgs': [report.renderReportSvgs, [known.document]],
    'report.renderReportText': [report.renderReportText, [runReport]],
    'report.renderSectionsText': [
      report.renderSectionsText,
      [[{ id: 'x', title: 'X', blocks: known.blocks }]],
    ],
    'report.scatterFigure': [report.scatterFigure, [regressor]],
    'report.standaloneSvg': [report.standaloneSvg, [figure]],
  }
  return Object.fromEntries(
    Object.entries(calls).map(([name, [call, values, takes = []]]) => [name, { call, values, takes }]),
  )
}

async function drained(chunks: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of chunks);
}

async function disposed(made: any): Promise<void> {
  await (await made).dispose()
}
