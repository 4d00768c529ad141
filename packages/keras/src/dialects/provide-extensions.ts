import { isLayer, isObject, layersOf, type Fail, type SavedLayer } from './json.ts'
import type { SavedNetwork } from './saved-network.ts'
import { camelCase } from './to-tfjs.ts'

/**
 * Registers with tfjs the layers and activations that a network needs and tfjs lacks. A class that somebody
 * registered under the same name stays. They are loaded only when they are needed, so most pages never fetch them.
 *
 * @throws the error that `fail` makes, for a class or an activation that nobody has
 */
export async function provideExtensions(
  { names, complete }: Pick<SavedNetwork, 'names' | 'complete'>,
  fail: Fail,
): Promise<void> {
  const { serialization } = await import('@tensorflow/tfjs-core')
  const { classNameMap } = serialization.SerializationMap.getMap()
  const isRegistered: IsRegistered = (name) => Object.hasOwn(classNameMap, camelCase(name))
  const missing = [...names].map(camelCase).filter((name) => !isRegistered(name))
  if (missing.length === 0) return
  const { registerExtensions } = await import('../extensions/index.ts')
  registerExtensions(missing)
  checkNames(complete, isRegistered, fail)
}

/** Whether tfjs knows a class or an activation by its name. */
type IsRegistered = (name: string) => boolean

/** Names a layer whose class, or one of whose settings, nobody has registered. tfjs's error would not name the layer. */
function checkNames(network: SavedLayer, isRegistered: IsRegistered, fail: Fail): void {
  for (const layer of layersOf(network.config) ?? []) {
    if (!isLayer(layer)) continue
    if (layersOf(layer.config)) checkNames(layer, isRegistered, fail)
    else checkLayer(layer, String(layer.config['name']), isRegistered, fail)
  }
}

function checkLayer(
  { class_name: className, config }: SavedLayer,
  name: string,
  isRegistered: IsRegistered,
  fail: Fail,
): void {
  if (!isRegistered(className)) {
    throw fail(
      `layer \`${name}\` is of the class ${className}, which TensorFlow.js does not have. Save the model without it, or register the class with TensorFlow.js`,
    )
  }
  for (const [field, value] of Object.entries(config)) {
    const given: unknown = isObject(value) ? value['class_name'] : value
    if (!named.test(field) || typeof given !== 'string' || isRegistered(given)) continue
    throw fail(
      `layer \`${name}\` (${className}) has \`${field}\` = ${JSON.stringify(given)}, which TensorFlow.js does not have. Save the model without it`,
    )
  }
  for (const inner of [config['layer'], config['cell']])
    if (isLayer(inner)) checkLayer(inner, name, isRegistered, fail)
}

/** Fields whose value is the name of something registered. */
const named = /(^|_)activation$|_regularizer$/
