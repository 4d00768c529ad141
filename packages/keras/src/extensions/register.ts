import { serialization } from '@tensorflow/tfjs-core'

/** A class that tfjs can build from its configuration. */
export type Registrable = Parameters<typeof serialization.registerClass>[0]

/** Registers a class under its name, unless a class has that name already: then that one stays. */
export function register(type: Registrable): void {
  const { classNameMap } = serialization.SerializationMap.getMap()
  if (!Object.hasOwn(classNameMap, type.className)) serialization.registerClass(type)
}
