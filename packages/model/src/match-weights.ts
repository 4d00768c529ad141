import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Fail } from '@treadle/keras'
import type { WeightSpec } from './model-json.ts'

export type ModelWeight = LayersModel['weights'][number]

/**
 * Finds the weight of a model for each weight of a file, as tfjs does: by its name, by its name without the cell of a
 * recurrent layer, or, in Keras 3's files, by the number of the weight in its layer. Neither may be left over, and
 * shapes and types must be the same.
 *
 * @param specs with the names that they have in the model
 * @throws the error that `fail` makes
 */
export function matchWeights(model: LayersModel, specs: readonly WeightSpec[], fail: Fail): ModelWeight[] {
  const numbered = /\/\d+$/.test(specs[0]?.name ?? '')
  const left = new Map<string, ModelWeight>()
  for (const layer of model.layers) {
    layer.weights.forEach((weight, index) => {
      const name = numbered
        ? `${weight.name.split('/').slice(0, -1).join('/')}/${index}`
        : weight.originalName
      if (left.has(name)) throw unfit(fail, `two of its layers have a weight \`${name}\``)
      left.set(name, weight)
    })
  }
  if (specs.length === 0 && left.size > 0) throw fail('it has a network, but no weights')
  const matched = specs.map((spec) => {
    const full = numbered ? numberedName(spec.name) : spec.name
    const name = left.has(full) ? full : [...full.split('/').slice(0, -2), full.split('/').at(-1)].join('/')
    const weight = left.get(name)
    if (weight === undefined) throw unfit(fail, `its network has no target variable: ${spec.name}`)
    left.delete(name)
    checkSame(weight, spec, fail)
    return weight
  })
  if (left.size > 0) {
    const names = [...left.keys()].slice(0, 5).join(', ')
    throw unfit(fail, `the file lacks ${left.size} of its weights: ${names}`)
  }
  return matched
}

/** "_layer_checkpoint_dependencies/dense/vars/0" → "dense/0" */
function numberedName(name: string): string {
  const parts = name.split('/').map((part) => part.replace(/^_/, ''))
  return parts.filter((part) => part !== 'vars' && part !== 'layer_checkpoint_dependencies').join('/')
}

function checkSame(weight: ModelWeight, { name, shape, dtype }: WeightSpec, fail: Fail): void {
  const needed = weight.shape as number[]
  if (needed.length !== shape.length || needed.some((size, axis) => size !== shape[axis])) {
    throw unfit(
      fail,
      `Shape mismatch: \`${name}\` has the shape [${shape.join(', ')}] in the file, and its layer needs [${needed.join(', ')}]`,
    )
  }
  const type = (weight.read() as Variable).dtype
  if (type !== dtype)
    throw unfit(fail, `\`${name}\` is of type ${dtype} in the file, and its layer needs ${type}`)
}

function unfit(fail: Fail, reason: string): Error {
  return fail(`its weights do not fit its network: ${reason}`)
}
