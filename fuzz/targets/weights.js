import { jsonText, mutateJson } from '../mutate-json.js'
import { mutateBytes } from '../mutate-bytes.js'
import { Random } from '../random.js'
import { classify } from './models.js'
import { knownModel, leaks } from './support/known-model.js'
import { sampleModels } from './support/sample-models.js'

/** A model whose manifest, or whose weights' bytes, are changed. */
export default {
  name: 'weights',

  async prepare(packages) {
    const { Classifier } = await packages.treadle('model')
    const known = await knownModel(packages)
    const models = await sampleModels(packages)
    return { bases: models.length, models, Classifier, known, tensors: leaks(packages) }
  },

  make({ base, changes }, { models }) {
    const { json, weights } = models[base]
    const copy = structuredClone(json)
    let bytes = weights
    for (const seed of changes) {
      const random = new Random(seed)
      const [group] = copy.weightsManifest
      switch (random.below(6)) {
        case 0:
        case 1:
          bytes = mutateBytes(bytes, random)
          break
        case 2:
          mutateJson(copy.weightsManifest, random)
          break
        case 3: {
          const spec = group?.weights?.length ? random.pick(group.weights) : undefined
          if (typeof spec !== 'object' || spec === null) break
          spec.quantization = { dtype: random.pick(['uint8', 'uint16', 'float16']), scale: 0.5, min: -1 }
          break
        }
        case 4: {
          const spec = group?.weights?.length ? random.pick(group.weights) : undefined
          if (!Array.isArray(spec?.shape) || spec.shape.length === 0) break
          spec.shape[random.below(spec.shape.length)] = random.pick([
            0,
            1,
            2,
            3,
            1000,
            2 ** 20,
            2 ** 31,
            2 ** 52,
          ])
          break
        }
        default: {
          const bytesAt = bytes.length >> 2
          if (bytesAt === 0) break
          bytes = bytes.slice()
          const view = new DataView(bytes.buffer)
          view.setFloat32(
            4 * random.below(bytesAt),
            random.pick([NaN, Infinity, 3.4e38, -3.4e38, 1e-45, 0]),
            true,
          )
        }
      }
    }
    return { 'model.json': new Blob([jsonText(copy)]), 'weights.bin': new Blob([bytes]) }
  },

  run: (files, { Classifier }) => classify(files, Classifier),

  isOutermost: ({ message }) => /not JSON|no model\.json|There is no /.test(message),

  async check({ known, tensors }) {
    await known.check()
    await (await tensors).check()
  },
}
