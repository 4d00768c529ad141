import { createHash } from 'node:crypto'
import { jsonText, mutateJson } from '../mutate-json.js'
import { Random } from '../random.js'

const PREFIX = 16

/** A checkpoint with a right checksum, whose header and arrays are changed. A state that is read is resumed from. */
export default {
  name: 'checkpoints',

  async prepare(packages) {
    const { startRuntime } = await packages.treadle('runtime')
    const { wideAndDeepClassifier } = await packages.treadle('model')
    const { imagesFromArrays } = await packages.treadle('dataset')
    const { fit, encodeTrainingState, decodeTrainingState } = await packages.treadle('trainer')
    const runtime = await startRuntime({ threads: 1 })
    const data = imagesFromArrays({
      train: { images: pixels(16), labels: Array.from({ length: 16 }, (_, i) => i % 2) },
      test: { images: pixels(4), labels: [0, 1, 0, 1] },
      height: 4,
      width: 4,
      classNames: ['a', 'b'],
    })
    const make = () => wideAndDeepClassifier({ seed: 1, inputShape: [4, 4], classes: 2, units: [3, 3] })
    const options = [
      { epochs: 1, batchSize: 8, seed: 1, runtime },
      { epochs: 2, batchSize: 8, seed: 1, runtime, optimizer: 'sgd', earlyStopping: { patience: 3 } },
    ]
    const states = []
    for (const one of options) {
      const model = make()
      states.push(encodeTrainingState((await fit(model, data, one)).state()))
      model.dispose()
    }
    const resume = async (bytes, base) => {
      const state = decodeTrainingState(bytes)
      const model = make()
      try {
        const signal = AbortSignal.timeout(1000)
        const history = await fit(model, data, { ...options[base], epochs: 3, resume: state, signal })
        check(history)
      } finally {
        model.dispose()
      }
    }
    return { bases: states.length, states, resume }
  },

  make({ base, changes }, { states }) {
    const bytes = states[base]
    const length = new DataView(bytes.buffer).getUint32(12, true)
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(PREFIX, PREFIX + length)))
    const values = bytes.slice(PREFIX + length, -32)
    for (const seed of changes) {
      const random = new Random(seed)
      if (random.once(5)) {
        new DataView(values.buffer).setFloat64(
          8 * random.below(values.length >> 3),
          random.pick([NaN, Infinity, -1, 1e300, 0]),
          true,
        )
      } else if (random.once(3)) {
        const array = random.pick(header.arrays ?? [[]])
        if (Array.isArray(array))
          array[random.below(3)] = random.pick([0, 1, 1e9, -1, 32, 64, 'history/loss', 'best/0', 'slots/x/0'])
      } else {
        mutateJson(header, random)
      }
    }
    return { bytes: withChecksum(bytes, jsonText(header), values), base }
  },

  run: ({ bytes, base }, { resume }) => resume(bytes, base),

  isOutermost: ({ message }) => /signature|checksum/.test(message),
}

/** Of images of 4 × 4. */
function pixels(count) {
  return Uint8Array.from({ length: 16 * count }, (_, i) => i * 7)
}

function withChecksum(bytes, json, values) {
  const header = new TextEncoder().encode(json)
  const all = new Uint8Array(PREFIX + header.length + values.length + 32)
  all.set(bytes.subarray(0, PREFIX))
  new DataView(all.buffer).setUint32(12, header.length, true)
  all.set(header, PREFIX)
  all.set(values, PREFIX + header.length)
  all.set(createHash('sha256').update(all.subarray(0, -32)).digest(), all.length - 32)
  return all
}

/** A run that continues ends with a history of three epochs of numbers. */
function check({ history, stopped }) {
  if (stopped === 'aborted') throw new Error('three epochs of 16 samples take more than a second')
  for (const [name, values] of Object.entries(history)) {
    if (values.length > 3) throw new Error(`history.${name} has ${values.length} values after 3 epochs`)
    if (!values.every((value) => Number.isFinite(value)))
      throw new Error(`history.${name} is [${values.join(', ')}]`)
  }
}
