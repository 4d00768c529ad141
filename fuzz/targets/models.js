import { jsonText, mutateJson } from '../mutate-json.js'
import { Random } from '../random.js'
import { knownModel, leaks } from './support/known-model.js'
import { sampleModels } from './support/sample-models.js'

/** A model.json with changed values; its weights stay. A model that loads classifies a picture. */
export default {
  name: 'models',

  async prepare(packages) {
    const { Classifier } = await packages.treadle('model')
    const known = await knownModel(packages)
    const models = await sampleModels(packages)
    return { bases: models.length, models, Classifier, known, tensors: leaks(packages) }
  },

  make({ base, changes }, { models }) {
    const { json, weights } = models[base]
    const copy = structuredClone(json)
    for (const seed of changes) {
      const random = new Random(seed)
      mutateJson(random.once(12) ? copy : copy.modelTopology, random)
    }
    return {
      'model.json': new Blob([jsonText(copy)]),
      'weights.bin': new Blob([weights]),
    }
  },

  run: (files, { Classifier }) => classify(files, Classifier),

  isOutermost: ({ message }) => /not JSON|no model\.json|There is no model\.json/.test(message),

  async check({ known, tensors }) {
    await known.check()
    await (await tensors).check()
  },
}

/** Loads a classifier and has it classify a picture of its own size and one of another. */
export async function classify(files, Classifier) {
  const classifier = await Classifier.load(files)
  try {
    const { height, width } = classifier.preprocessing
    for (const [h, w] of [
      [height, width],
      [5, 3],
    ])
      // prettier-ignore
      check(await classifier.classify({ data: new Uint8Array(h * w).fill(99), width: w, height: h, channels: 1 }))
  } finally {
    await classifier.dispose()
  }
}

function check(predictions) {
  const sum = predictions.reduce((total, { probability }) => total + probability, 0)
  if (!(Math.abs(sum - 1) < 1e-4)) throw new Error(`the probabilities sum to ${sum}`)
}
