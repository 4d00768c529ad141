import { engine } from '@tensorflow/tfjs-core'
import type { Variable } from '@tensorflow/tfjs-core'

/** @returns a function that lists the variables which the engine has got since */
export function watchVariables(): () => Variable[] {
  const before = new Set(allVariables())
  return () => allVariables().filter((variable) => !before.has(variable))
}

function allVariables(): Variable[] {
  return Object.values(engine().state.registeredVariables)
}
