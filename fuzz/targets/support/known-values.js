/**
 * Values that the public functions take: data, a model with its files, reports.
 * @param {{ treadle: (name: string) => Promise<any> }} packages imports a package by its folder
 */
export async function knownValues({ treadle }) {
  const names = ['dataset', 'experiment', 'export', 'image', 'metrics', 'model', 'optim', 'pretrained', 'report', 'runtime', 'trainer'] // prettier-ignore
  const loaded = await Promise.all(names.map((name) => treadle(name)))
  const packages = Object.fromEntries(names.map((name, i) => [name, loaded[i]]))
  const { dataset, image, metrics, model, runtime } = packages
  const started = await runtime.startRuntime({ threads: 1 })

  const labels = [0, 1, 0, 1, 0, 1, 0, 1]
  const images = dataset.imagesFromArrays({
    train: { images: new Uint8Array(8), labels },
    test: { images: new Uint8Array(8), labels },
    height: 1,
    width: 1,
  })
  const network = model.wideAndDeepClassifier({ seed: 1, inputShape: [1, 1], classes: 2, units: [2] })
  const { count, labels: classes } = images.train
  const squares = {
    ...images.train,
    images: new Uint8Array(16 * count),
    labels: classes,
    height: 4,
    width: 4,
  }
  const convolutions = await model.models
    .get('cnn-tiny')
    .build({ seed: 1, inputShape: [4, 4], outputs: 2, depth: 1, width: 2 })
  const files = await model.encodeModel(network, {
    metadata: model.classMetadata(network, { classNames: ['a', 'b'] }),
  })
  const blobs = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes])]))
  const classifier = model.Classifier.from(network, { classNames: ['a', 'b'] })
  const pixel = { data: Uint8Array.of(9), width: 1, height: 1, channels: 1 }
  await classifier.classify(pixel)
  const picture = { width: 2, height: 2, channels: 1, data: new Uint8Array(4) }
  const png = await image.encodePng(picture)
  const probabilities = Float32Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 0.25 : 0.75))
  const summary = model.describeModel(network)
  const blocks = [{ kind: 'prose', text: 'text' }]
  const document = { title: 'X', result: { value: '1', name: 'x' }, headline: 'X.', warnings: [], setup: [], sections: [] } // prettier-ignore
  const measured = {
    history: { loss: [1] },
    report: metrics.classificationReport(labels, labels),
    accuracy: 1,
  }
  const seeds = metrics.summariseSeeds([{ seed: 1, ...measured }, { seed: 2, ...measured }]) // prettier-ignore
  return { packages, started, labels, images, squares, network, convolutions, blobs, classifier, pixel, picture, png, probabilities, summary, blocks, document, report: measured.report, seeds } // prettier-ignore
}
