import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
// The same calls as `pnpm fuzz --target options`.
import { type OptionCall, optionCalls } from '../fuzz/targets/support/option-calls.js'
import { optionFunctions } from './support/option-functions.ts'
import { packageEntries } from './support/package-entries.ts'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const treadle = (name: string): Promise<any> =>
  import(/* @vite-ignore */ pathToFileURL(`${packages}${name}/dist/index.js`).href)

const calls: Record<string, OptionCall> = await optionCalls({ treadle })

let core: { isTreadleError(error: unknown): boolean }
beforeAll(async () => {
  core = await treadle('core')
})
afterAll(async () => {
  const { activeRuntime } = await treadle('runtime')
  await activeRuntime()?.dispose()
})

/** Functions with an optional field in a parameter that the table does not call, and why. */
const left: Record<string, string> = {
  'core.RandomStream': 'a position in a stream, made in every step',
  'core.TreadleError': "JavaScript's own options of errors",
  'core.explainIssue': 'an issue that zod makes',
  'core.imageBytes': 'between packages: images, not options',
  'core.jsonText': 'between packages: what writes a text, and its error code',
  'experiment.Run.appendHistory': 'an epoch, not options',
  'experiment.Run.update': 'fields of a record, not options',
  'experiment.Run.writeAll': 'fields of a record, not options',
  'experiment.comparableBaseline': 'a model definition and a source, not options',
  'experiment.loadRunData': 'a recipe; `loadDataset` checks the options that it passes on',
  'experiment.rateTestFigure': 'a test of learning rates, not options',
  'experiment.rateTestReport': 'a test of learning rates, not options',
  'experiment.toRunReport': 'a record, not options',
  'experiment.writeReportFiles': 'a report, not options',
  'experiment/sweep.joinSweep': 'a folder on disk: see packages/experiment/test/sweep.test.ts',
  'experiment/sweep.resumeSweep': 'a folder on disk: see packages/experiment/test/sweep.test.ts',
  'experiment/sweep.runSweep': 'a folder on disk: see packages/experiment/test/sweep.test.ts',
  'image.prepareFile': 'between packages: `loadImages` checks the contract; `decodeImage` checks the rest',
  'image/decoders.DecoderPool.prepare': 'as prepareFile',
  'image/decoders.DecoderPool.preparePicture': 'as prepareFile',
  'keras/extensions.conv1d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.conv2d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.conv2dTranspose': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.depthwiseConv2d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.globalAveragePooling1d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.globalAveragePooling2d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.globalMaxPooling1d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.globalMaxPooling2d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.normalization': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.softmax': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.spatialDropout2d': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.randomBrightness': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.randomContrast': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.randomFlip': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.randomRotation': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.randomTranslation': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.randomZoom': 'the arguments of a layer, which tfjs reads',
  'keras/extensions.subtract': 'the arguments of a layer, which tfjs reads',
  'model.trainingStatistics': 'images, not options',
  'model/training-statistics.trainingStatistics': 'images, not options',
  'metrics.auc': 'between packages: `train` and `evaluate` check the options of their metrics',
  'metrics.checkReport': 'a report, not options',
  'metrics.precision': 'between packages: `train` and `evaluate` check the options of their metrics',
  'metrics.recall': 'between packages: `train` and `evaluate` check the options of their metrics',
  'optim.averagesOf': 'an optimizer, not options',
  'optim.checkWeightNames': 'an optimizer, not options',
  'optim.rateMultiplierOf': 'an optimizer, not options',
  'queue.connectQueue': 'a server: see packages/queue/src/arguments.test.ts',
  'queue.workOnQueue': 'a server: see packages/queue/src/arguments.test.ts',
  'report.dataSection': 'a data set, not options',
  'report.sampleImages': 'images, not options',
  'runtime.startPool': 'between packages: `startRuntime` and `kernelHost` check the values',
  'trainer.augmentSamples': 'a part of a report: a schema has checked the recipe',
  'trainer.encodeTrainingState': 'a training state: see state/damaged-states.test.ts',
  'trainer.finalWeights': 'a training state: see state/damaged-states.test.ts',
}
/** Packages and functions whose parameters are data of a report or a compiled program, not options of a user. */
const ofData = /^(compiler|kernels)[./]|^report\.(analyse|class|curves|dataSection|epoch)/

const found = packageEntries.flatMap(({ folder, entry, file }) => {
  const subpath = entry.split('/')[2]
  // Other entry points offer the same class.
  if (['@treadle/model/classifier', '@treadle/model/compiled'].includes(entry)) return []
  return optionFunctions(file).map((name) => `${folder}${subpath ? `/${subpath}` : ''}.${name}`)
})

test('every exported function that takes options is called below, or left out for a reason', () => {
  const unknown = found.filter(
    (name) => !Object.hasOwn(calls, name) && !Object.hasOwn(left, name) && !ofData.test(name),
  )
  expect(unknown).toEqual([])
  expect(Object.keys(left).filter((name) => !found.includes(name))).toEqual([])
  expect(found.filter((name) => Object.hasOwn(calls, name)).length).toBeGreaterThan(60)
})

async function failure(call: () => unknown): Promise<unknown> {
  try {
    return `returned ${typeof (await call())}`
  } catch (error) {
    return error
  }
}

/** Not options: a picture given as an object. */
const options = Object.entries(calls).filter(([name]) => name !== 'model.classify an image')

describe.each(options)('%s', (_, { options: good, call }) => {
  test('names an unknown option, and the nearest', async () => {
    const [name = ''] = Object.keys(good)
    const near = `${name}${name.endsWith('s') ? 'x' : 's'}`
    for (const wrong of ['surelyNoOption', near]) {
      const error = await failure(() => call({ ...good, [wrong]: 1 }))
      expect(core.isTreadleError(error), String(error)).toBe(true)
      expect((error as Error).message).toContain(wrong)
      if (wrong === near)
        expect((error as Error).message).toMatch(new RegExp(`Did you mean .?(\\w+\\.)?${name}`))
    }
  })

  test.each([[null], [5], ['text'], [[1]]])('refuses %j as options', async (given) => {
    const error = await failure(() => call(given))
    expect(core.isTreadleError(error), String(error)).toBe(true)
  })
})

const wrong: Record<string, object> = {
  'trainer.fit': [{ optimizer: null }, { schedule: null }, { classWeight: { cat: 5 } }, { loss: 5 }, { earlyStopping: { patience: 1, restore: true } }, { validationSplit: 0.1 }, { callbacks: [] }],
  'trainer.adam': [{ learningRate: null }, { learningRate: { schedule: 'cosin' } }],
  'model.wideAndDeepClassifier': [{ seed: 1, units: 3 }, { seed: 1, inputShape: 5 }],
  'model.Classifier.from': [{ classNames: ['a', 'b'], preprocessing: { channel: 1 } }],
  'metrics.calibration': [{ bins: 'x' }],
  'dataset.imagesFromArrays': [{ train: { images: 5, labels: [] }, height: 1, width: 1 }],
  'experiment.runRecipe': [{ reports: ['pdf'] }, { signal: 5 }],
  'runtime.startRuntime': [{ thread: 2 }, { threads: 'two' }],
} // prettier-ignore

test.each(
  Object.entries(wrong).flatMap(([name, list]) => (list as object[]).map((given) => [name, given] as const)),
)('%s with %j is an error of Treadle', async (name, given) => {
  const error = await failure(() => calls[name]?.call(given))
  expect(core.isTreadleError(error), String(error)).toBe(true)
})
