import { serialization } from '@tensorflow/tfjs-core'
import type { SavedNetwork } from './saved-network.ts'

/**
 * Registers with tfjs the layers and activations that a network needs and tfjs lacks. A class that somebody
 * registered under the same name stays. They are loaded only when they are needed, so most pages never fetch them.
 */
export async function provideExtensions({ names }: Pick<SavedNetwork, 'names'>): Promise<void> {
  const { classNameMap } = serialization.SerializationMap.getMap()
  const missing = [...names].map(registeredName).filter((name) => !Object.hasOwn(classNameMap, name))
  if (missing.length === 0) return
  const { registerExtensions } = await import('../extensions/index.ts')
  registerExtensions(missing)
}

/** 'hard_silu' → 'hardSilu': the name by which tfjs looks an activation up. Class names have no underscores. */
function registeredName(name: string): string {
  return name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase())
}
