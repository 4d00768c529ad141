import { serialization } from '@tensorflow/tfjs-core'
import type { SavedNetwork } from './saved-network.ts'
import { camelCase } from './to-tfjs.ts'

/**
 * Registers with tfjs the layers and activations that a network needs and tfjs lacks. A class that somebody
 * registered under the same name stays. They are loaded only when they are needed, so most pages never fetch them.
 */
export async function provideExtensions({ names }: Pick<SavedNetwork, 'names'>): Promise<void> {
  const { classNameMap } = serialization.SerializationMap.getMap()
  const missing = [...names].map(camelCase).filter((name) => !Object.hasOwn(classNameMap, name))
  if (missing.length === 0) return
  const { registerExtensions } = await import('../extensions/index.ts')
  registerExtensions(missing)
}
