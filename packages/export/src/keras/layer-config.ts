import type { Layer } from '@treadle/keras'
import { settingReason, unsupported } from '../unsupported.ts'
import { kerasActivation } from './activations.ts'
import { layerRules, type Config } from './layers.ts'

interface NamedLayer {
  readonly name: string
  readonly className: string
}

/** Fields of every layer of tfjs that Keras 3 does not take. */
const droppedEverywhere: ReadonlySet<string> = new Set([
  'batch_input_shape',
  'dtype',
  'input_dtype',
  'input_shape',
  'updatable',
])

/** Keras's initializers, which decide nothing in a model whose weights are in the file. */
const initializers: Readonly<Record<string, string>> = {
  LeCunNormal: 'LecunNormal',
  LeCunUniform: 'LecunUniform',
}

const modules: readonly (readonly [ending: string, module: string])[] = [
  ['_initializer', 'keras.initializers'],
  ['_regularizer', 'keras.regularizers'],
  ['_constraint', 'keras.constraints'],
]

/**
 * A layer's configuration as Keras 3 takes it.
 * @throws TreadleError `EXPORT_UNSUPPORTED` for a class or a setting that Keras lacks or applies otherwise
 */
export function layerConfig(layer: Layer, saved: Config): Record<string, unknown> {
  // The name that a class of @treadle/keras/extensions stands for.
  const named = { name: layer.name, className: layer.getClassName() }
  const rule = Object.hasOwn(layerRules, named.className) ? layerRules[named.className] : undefined
  if (rule === undefined)
    throw unsupported('keras', named, 'is of a class that is not written to Keras files')
  const config = { ...saved, ...rule.derived?.(layer) }
  const wrong = rule.differs?.(config)
  if (wrong) throw unsupported('keras', named, settingReason(wrong[0], config[wrong[0]], wrong[1]))
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(config)) {
    const name = rule.renamed?.[key] ?? key
    if (droppedEverywhere.has(key) || rule.dropped?.includes(key)) continue
    if (key === 'name' || key === 'trainable' || name !== key || rule.fields.includes(key))
      result[name] = fieldValue(named, key, value)
    else if (value !== null && value !== undefined && value !== false)
      throw unsupported('keras', named, settingReason(key, value, 'which its class in Keras 3 does not have'))
  }
  return result
}

function fieldValue(layer: NamedLayer, key: string, value: unknown): unknown {
  if (key === 'activation') {
    const name = kerasActivation(String(value))
    if (name !== undefined) return name
    const rule =
      value === 'hard_sigmoid'
        ? 'which TensorFlow.js computes as max(0, min(1, x / 5 + 1 / 2)) and Keras 3 as max(0, min(1, x / 6 + 1 / 2))'
        : 'which Keras 3 does not have'
    throw unsupported('keras', layer, settingReason(key, value, rule))
  }
  const module = modules.find(([ending]) => key.endsWith(ending))?.[1]
  if (module === undefined || typeof value !== 'object' || value === null) return value
  const { class_name: className, config } = value as { class_name: string; config: unknown }
  return {
    module,
    class_name: initializers[className] ?? className,
    config,
    registered_name: null,
  }
}
