import { Purpose, RandomStream, TreadleError, checkSeed } from '@treadle/core'
import { checkModel, type Layer } from '@treadle/keras'
import { tensor, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { isDeferred, setWeight } from './deferred-weights.ts'
import { initializer } from './initializers.ts'

type Config = Readonly<Record<string, unknown>>
type Weight = LayersModel['weights'][number]

/**
 * Draws every weight of `model` afresh by the rules of its layers' initializers, which are Keras's.
 *
 * Numbers come from `RandomStream(seed, Purpose.weights, { stream: index in model.weights })` and reach the weight
 * through + − × ÷ √ alone, so the same seed gives the same bits on every machine. Initializers' own seeds are not
 * used. Nothing is written if one weight's initializer is not known.
 *
 * @param seed an integer in [0, 2³²)
 * @throws TreadleError `MODEL_UNKNOWN_INITIALIZER`, `CORE_BAD_SEED`, `MODEL_NOT_A_MODEL`
 */
export function initializeWeights(model: LayersModel, seed: number): void {
  checkModel('initializeWeights', model)
  checkSeed(seed)
  initializeLayers(model, seed)
}

/**
 * Draws the weights of some layers afresh, as `initializeWeights` draws all.
 * @param only those layers; all unless given
 * @throws TreadleError `MODEL_UNKNOWN_INITIALIZER`
 */
export function initializeLayers(model: LayersModel, seed: number, only?: readonly Layer[]): void {
  const layerOf = new Map(
    model.layers.flatMap((layer) => layer.weights.map((weight) => [weight, layer] as const)),
  )
  const drawn = model.weights.flatMap((weight, index) => {
    const layer = layerOf.get(weight)
    if (only !== undefined && !(layer && only.includes(layer))) return []
    const stream = new RandomStream(seed, Purpose.weights, { stream: index })
    const values = drawWeight(weight, layer?.name ?? model.name, layer?.getConfig() ?? {}, stream)
    return [{ weight, drawn: values }]
  })
  tidy(() => {
    drawn.forEach(({ weight, drawn: numbers }) => {
      const values = tensor(numbers, weight.shape as number[], 'float32')
      if (isDeferred(weight)) setWeight(weight, values)
      else weight.write(values)
    })
  })
}

function drawWeight(
  weight: Weight,
  layerName: string,
  layerConfig: Config,
  stream: RandomStream,
): Float32Array {
  const shape = weight.shape as number[]
  const name = weight.originalName.split('/').at(-1) as string
  const config = innermost(layerConfig)
  const { className, config: settings } = (config[settingFor(name)] ?? {}) as {
    className?: string
    config?: Config
  }
  const draw = className === undefined ? undefined : initializer(className)
  if (draw === undefined) {
    throw new TreadleError(
      'MODEL_UNKNOWN_INITIALIZER',
      `Drawing \`${name}\` of layer \`${layerName}\`: its initializer (=${className ?? 'none'}) is not known. ` +
        'Give the layer one of Keras’s initializers, or load its weights from a file.',
    )
  }
  const values = draw({ shape, stream, config: settings ?? {} })
  // An LSTM's bias is [input, forget, cell, output]; Keras starts the forget gates open.
  if (name === 'bias' && config.unitForgetBias === true) {
    const units = values.length / 4
    values.fill(1, units, 2 * units)
  }
  return values
}

/** Wrappers (TimeDistributed, Bidirectional) keep the wrapped layer's settings under `layer`. */
function innermost(config: Config): Config {
  const wrapped = config.layer as { config?: Config } | undefined
  return wrapped?.config === undefined ? config : innermost(wrapped.config)
}

/** `kernel` → `kernelInitializer`, `recurrent_kernel` → `recurrentInitializer`, `moving_mean` → `movingMeanInitializer`. */
function settingFor(weightName: string): string {
  const stem = weightName
    .replace(/(?<=.)_kernel$/, '')
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
  return `${stem}Initializer`
}
