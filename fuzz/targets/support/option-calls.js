import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { knownValues } from './known-values.js'

/**
 * Every public function that takes an options object, by its package and name: a valid object of options with many
 * fields, and a call with good values for everything else.
 * @param {{ treadle: (name: string) => Promise<any> }} packages imports a package by its folder
 * @returns {Promise<Record<string, { options: object, call: (options: any) => unknown }>>}
 */
export async function optionCalls({ treadle }) {
  const values = await knownValues({ treadle })
  const { packages, started, labels, images, squares, network, convolutions, blobs, classifier, pixel, picture, png, probabilities, summary, blocks, document, seeds } = values // prettier-ignore
  const { dataset, experiment, image, metrics, model, pretrained, report, runtime, trainer } = packages
  const nowhere = join(tmpdir(), 'treadle-no-such-folder', 'nowhere')
  const screen = { width: 80, colorLevel: 0, background: 'light' }
  const weighted = { sampleWeight: [1, 1, 2, 1, 1, 1, 1, 1] }
  const metadata = { classNames: ['a', 'b'], preprocessing: { invert: false, trim: false, fit: 'stretch', margin: 0, scale: 1, offset: 0 } } // prettier-ignore
  const network2 = { seed: 2, inputShape: [2, 2], classes: 2, units: [2, 2], dropout: 0.2 }
  const training = { epochs: 1, batchSize: 4, seed: 1, executor: 'compiled', optimizer: { name: 'adam', learningRate: 0.01 }, earlyStopping: { monitor: 'val_loss', patience: 1, minDelta: 0.1, restoreBestWeights: true }, validation: { split: 0.25 }, classWeight: { 0: 1, 1: 2 } } // prettier-ignore
  const settings = {
    offline: true,
    cacheDirectory: nowhere,
    connectTimeout: 10,
    stallTimeout: 10,
    minimumRate: 1,
  }
  const download = { ...settings, mirrors: ['http://127.0.0.1:9/'] } // prettier-ignore
  const recipe = { model: { name: 'wide-and-deep', units: [4] }, data: { name: 'sample', validation: { split: 0.1 } }, training: { epochs: 1, batchSize: 100, seed: 1, threads: 1 }, optimizer: { name: 'adamw', weightDecay: 0.01, learningRate: { schedule: 'oneCycle', peak: 0.01 } }, loss: { labelSmoothing: 0.05 }, earlyStopping: { patience: 2 } } // prettier-ignore

  const small = { model: { name: 'wide-and-deep', units: [2] }, data: 'sample', training: { epochs: 1, threads: 1 } } // prettier-ignore
  const resuming = { data: images, runtime: started, keepModel: false, reports: [], onEvent: () => {} } // prettier-ignore

  /** On a model of its own, so that one call does not change the next. */
  const trained = async (operation) => {
    const own = model.wideAndDeepClassifier({ seed: 1, inputShape: [1, 1], classes: 2, units: [2] })
    try {
      return await operation(own)
    } finally {
      own.dispose()
    }
  }

  const calls = {
    'dataset.loadDataset': [
      { ...settings, seed: 1, testFraction: 0.2 },
      (o) => dataset.loadDataset(nowhere, o),
    ],
    'dataset.loadFashionMnist': [{ ...download, source: 'cache' }, (o) => dataset.loadFashionMnist(o)],
    'dataset.fetchFashionMnist': [download, (o) => dataset.fetchFashionMnist(o)],
    'dataset.loadCaliforniaHousing': [
      { ...download, source: nowhere, seed: 1, testFraction: 0.2 },
      (o) => dataset.loadCaliforniaHousing(o),
    ],
    'dataset.loadIdxFolder': [
      { name: 'x', classNames: ['a', 'b'], prefix: 'emnist', transpose: true },
      (o) => dataset.loadIdxFolder(nowhere, o),
    ],
    'dataset.loadImages': [
      {
        name: 'x',
        split: { fraction: 0.2, seed: 1 },
        background: 255,
        size: { height: 4, width: 4 },
        channels: 1,
      },
      (o) => dataset.loadImages({ files: [] }, o),
    ],
    'dataset.imagesFromArrays': [
      {
        train: { images: new Uint8Array(8), labels },
        test: { images: [[0], [1]], labels: [0, 1] },
        height: 1,
        width: 1,
        channels: 1,
        classNames: ['a', 'b'],
        name: 'x',
      },
      (o) => dataset.imagesFromArrays(o),
    ],
    'dataset.splitSamples': [{ fraction: 0.25, seed: 1 }, (o) => dataset.splitSamples(images.train, o)],
    'dataset.readIdx': [
      { name: 'x', maxBytes: 100 },
      (o) => dataset.readIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 7), o),
    ],
    'dataset.writeIdx': [
      { gzip: true },
      (o) => dataset.writeIdx({ dtype: 'uint8', shape: [1], data: new Uint8Array(1) }, o),
    ],
    'dataset.IdxParser': [{ name: 'x', maxBytes: 100, atMost: 10 }, (o) => new dataset.IdxParser(o)],

    'image.decodeImage': [{ name: 'x.png', maxPixels: 100, maxBytes: 1e6 }, (o) => image.decodeImage(png, o)],
    'image.resize': [{ filter: 'area' }, (o) => image.resize(picture, { width: 3, height: 1 }, o)],

    'metrics.accuracy': [weighted, (o) => metrics.accuracy(labels, labels, o)],
    'metrics.balancedAccuracy': [weighted, (o) => metrics.balancedAccuracy(labels, labels, o)],
    'metrics.bootstrapAccuracy': [
      { confidence: 0.9, resamples: 100, seed: 1 },
      (o) => metrics.bootstrapAccuracy(labels, labels, o),
    ],
    'metrics.bootstrapMean': [
      { confidence: 0.9, resamples: 100, seed: 1 },
      (o) => metrics.bootstrapMean([0.5, 1, 2], o),
    ],
    'metrics.calibration': [{ bins: 5 }, (o) => metrics.calibration(labels, probabilities, o)],
    'metrics.classificationReport': [
      { ...weighted, classNames: ['a', 'b'], labels: [0, 1], zeroDivision: 0 },
      (o) => metrics.classificationReport(labels, labels, o),
    ],
    'metrics.cohenKappa': [weighted, (o) => metrics.cohenKappa(labels, labels, o)],
    'metrics.confusionMatrix': [weighted, (o) => metrics.confusionMatrix(labels, labels, 2, o)],
    'metrics.formatClassificationReport': [
      { digits: 3 },
      (o) => metrics.formatClassificationReport(metrics.classificationReport(labels, labels), o),
    ],
    'metrics.logLoss': [weighted, (o) => metrics.logLoss(labels, probabilities, o)],
    'metrics.matthewsCorrcoef': [weighted, (o) => metrics.matthewsCorrcoef(labels, labels, o)],
    'metrics.topKAccuracy': [weighted, (o) => metrics.topKAccuracy(labels, probabilities, 1, o)],

    'report.formatSeeds': [screen, (o) => report.formatSeeds(seeds, undefined, o)],
    'report.renderReportText': [screen, (o) => report.renderReportText(document, o)],
    'report.formatBlocks': [screen, (o) => report.formatBlocks(blocks, o)],
    'report.formatLayers': [screen, (o) => report.formatLayers(summary, o)],
    'report.formatPicture': [screen, (o) => report.formatPicture(picture, o)],
    'report.formatProbabilities': [
      screen,
      (o) => report.formatProbabilities([{ className: 'a', probability: 0.5 }], o),
    ],
    'report.renderSectionsText': [
      screen,
      (o) => report.renderSectionsText([{ id: 'x', title: 'X', blocks }], o),
    ],

    'runtime.startRuntime': [
      { threads: 1, maximumMemory: 2 ** 26, fastMath: false, timeout: 1000 },
      (o) => disposed(runtime.startRuntime(o)),
    ],
    'runtime.kernelHost': [{ threads: 1 }, (o) => disposed(runtime.kernelHost(undefined, o))],

    'model.wideAndDeepClassifier': [network2, (o) => model.wideAndDeepClassifier(o).dispose()],
    'model.wideAndDeepRegressor': [
      { seed: 2, inputShape: [2], outputs: 1, units: [2, 2] },
      (o) => model.wideAndDeepRegressor(o).dispose(),
    ],
    'model.loadModel': [
      { maxParameters: 1000, maxBytes: 2 ** 20, maxOperations: 2 ** 20 },
      (o) => disposed(model.loadModel(blobs, o)),
    ],
    'pretrained.loadPretrained': [
      { weights: new Uint8Array(3), signal: new AbortController().signal },
      (o) => pretrained.loadPretrained('wide-and-deep', o),
    ],
    'pretrained.pretrainedFiles': [
      { weights: new Uint8Array(3), signal: new AbortController().signal },
      (o) => pretrained.pretrainedFiles('wide-and-deep', o),
    ],
    'model.saveModel': [
      { metadata: { note: { text: 'x' } }, optimizer: false },
      (o) => model.saveModel(network, { save: async () => ({}) }, o),
    ],
    'model.encodeModel': [{ metadata: { note: 'x' } }, (o) => model.encodeModel(network, o)],
    'model.transferModel': [
      {
        classes: 2,
        seed: 1,
        layer: network.layers.at(-2).name,
        dropout: 0.1,
        rescaling: { scale: 2, offset: -1 },
      },
      (o) => disposed(model.transferModel(network, o)),
    ],
    'model.whitenFirstLayer': [
      { seed: 1, epsilon: 0.001, patches: 10 },
      (o) => model.whitenFirstLayer(convolutions, squares, o),
    ],
    'model.ensembleModel': [{ weights: [1, 2] }, (o) => disposed(model.ensembleModel([network, network], o))],
    'model.classMetadata': [metadata, (o) => model.classMetadata(network, o)],
    'model.Classifier.load': [
      { ...metadata, threads: 1, maxParameters: 1000, maxBytes: 2 ** 20, maxOperations: 2 ** 20 },
      (o) => disposed(model.Classifier.load(blobs, o)),
    ],
    'model.Classifier.from': [metadata, (o) => disposed(model.Classifier.from(network, o))],
    'model.Classifier.answer': [
      { topK: 1, testTimeAugmentation: 'crops' },
      (o) => classifier.answer(pixel, o),
    ],
    'model.Classifier.classify': [
      { topK: 1, testTimeAugmentation: 'flip' },
      (o) => classifier.classify(pixel, o),
    ],
    'model.Classifier.classifySync': [{ topK: 1 }, (o) => classifier.classifySync(pixel, o)],
    'model.Classifier.prepare': [
      { signal: new AbortController().signal },
      (o) => classifier.prepare(pixel, o),
    ],
    'model.classify an image': [pixel, (o) => classifier.classify(o)],

    'export.exportModel': [
      { metadata: { note: 'x' } },
      (o) => packages.export.exportModel(network, 'tfjs', o),
    ],

    'trainer.findLearningRate': [
      { from: 0.001, to: 0.1, steps: 20, batchSize: 4, executor: 'compiled' },
      (o) => trained((own) => limited(o, (ended) => trainer.findLearningRate(own, images, ended))),
    ],
    'trainer.fit': [
      training,
      (o) => trained((own) => limited(o, (ended) => trainer.fit(own, images, ended))),
    ],
    'trainer.train': [
      training,
      (o) =>
        trained((own) =>
          limited(o, async (ended) => {
            for await (const _ of trainer.train(own, images, ended));
          }),
        ),
    ],
    'trainer.evaluate': [
      { batchSize: 4, loss: 'sparseCategoricalCrossentropy', testTimeAugmentation: 'flip' },
      (o) => trainer.evaluate(network, images.test, o),
    ],
    'trainer.predict': [
      { batchSize: 4, testTimeAugmentation: 'flip' },
      (o) => trainer.predict(network, images.test, o),
    ],

    'experiment.parseRecipe': [recipe, (o) => experiment.parseRecipe(o)],
    'experiment.testLearningRates': [
      { from: 0.001, to: 0.1, steps: 20, data: images, runtime: started },
      (o) => limited(o, (ended) => experiment.testLearningRates(small, ended)),
    ],
    'experiment.runRecipe': [
      { ...resuming, force: false },
      (o) => limited(o, (ended) => experiment.runRecipe(small, ended)),
    ],
    'experiment.resumeRun': [
      resuming,
      (o) => limited(o, (ended) => experiment.resumeRun(experiment.memoryStore(), {}, ended)),
    ],
    'experiment.resumeRun: changes': [
      { epochs: 3, threads: 1 },
      (o) => experiment.resumeRun(experiment.memoryStore(), o),
    ],
    'experiment.Run.create': [
      { force: true, fresh: true },
      (o) => experiment.Run.create(experiment.memoryStore(), {}, o),
    ],
    'experiment.testModel': [
      { runtime: started, batchSize: 4, loss: 'sparseCategoricalCrossentropy' },
      (o) => experiment.testModel(network, images, o),
    ],
  }
  const common = {
    clipnorm: 1,
    useEma: true,
    emaMomentum: 0.9,
    learningRate: { schedule: 'cosine', peak: 0.1 },
  }
  const optimizers = ['adagrad', 'adam', 'adamW', 'adamax', 'lion', 'muon', 'nadam', 'rmsprop', 'sgd']
  const schedules = { constant: {}, cosineCycles: {}, cosineDecay: {}, exponentialDecay: { rate: 0.5, every: 2 }, oneCycle: { pctStart: 0.3 }, piecewise: { boundaries: [1], values: [0.1, 0.2] }, polynomialDecay: {}, stepDecay: { factor: 0.5, every: 3 } } // prettier-ignore
  for (const owner of ['optim', 'trainer']) {
    for (const name of optimizers) calls[`${owner}.${name}`] = [common, packages[owner][name]]
    for (const [name, own] of Object.entries(schedules)) {
      const peak = name === 'piecewise' ? {} : { peak: 0.1 }
      calls[`${owner}.${name}`] = [{ ...own, ...peak }, packages[owner][name]]
    }
  }
  return Object.fromEntries(Object.entries(calls).map(([name, [options, call]]) => [name, { options, call }]))
}

/** Ends a long operation, unless the options state a signal. The reason of its end is a right answer. */
async function limited(options, call) {
  const plain = typeof options === 'object' && options !== null && !Array.isArray(options)
  if (!plain || 'signal' in options) return call(options)
  const signal = AbortSignal.timeout(100)
  try {
    return await call({ ...options, signal })
  } catch (error) {
    if (error !== signal.reason) throw error
  }
}

async function disposed(promise) {
  await (await promise).dispose()
}
