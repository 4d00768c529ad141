import { TreadleError, checkOptions, show } from '@treadle/core'
import { checkModel } from '@treadle/keras'
import * as tfl from '@tensorflow/tfjs-layers'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { modelArtifacts } from '../artifacts.ts'
import { loadModel } from '../load-model.ts'
import { outputActivation } from '../probabilities.ts'
import { renameLayers } from './rename-layers.ts'

export interface EnsembleOptions {
  /** One for each member, at least 0, with a positive sum, by which they are divided. Equal unless given. */
  readonly weights?: readonly number[]
}

const bad = (problem: string) => new TreadleError('MODEL_BAD_ENSEMBLE', `ensembleModel: ${problem}`)

/**
 * Builds one network that averages the probabilities of several classifiers of the same input and classes. It holds
 * copies of the members, and is saved, loaded, compiled and exported as any other model. Members that end in logits get a
 * softmax. The caller disposes it.
 *
 * @param members with input shape [null, …] and output shape [null, classes]
 * @throws TreadleError `MODEL_BAD_ENSEMBLE`, `MODEL_NOT_A_CLASSIFIER`, `MODEL_NOT_A_MODEL`
 * @example
 * const model = await ensembleModel([await loadModel('runs/a/model'), await loadModel('runs/b/model')])
 * await saveModel(model, 'ensemble', { metadata: classMetadata(model, { classNames }) })
 */
export async function ensembleModel(
  members: readonly LayersModel[],
  options: EnsembleOptions = {},
): Promise<LayersModel> {
  if (!Array.isArray(members)) throw bad(`the members (=${show(members)}) must be a list of models.`)
  checkOptions('ensembleModel', options, { weights: 'list' })
  for (const member of members) checkModel('ensembleModel', member)
  const [first] = members as LayersModel[]
  if (first === undefined || members.length < 2) throw bad('an ensemble has at least two members.')
  const shapes = members.map(shapesOf)
  const odd = shapes.findIndex((shape) => shape !== shapes[0])
  if (odd !== -1)
    throw bad(
      `member 1 has the shapes ${shapes[0]}, but member ${odd + 1} has ${shapes[odd]}. They must be the same.`,
    )
  const activations = members.map(outputActivation)
  const weights = shares(options.weights ?? members.map(() => 1), members.length)
  const input = tfl.input({ shape: first.inputs[0]?.shape.slice(1) as number[], name: 'input' })
  const parts: SymbolicTensor[] = []
  for (const [i, member] of members.entries()) {
    const copy = await renamedCopy(member as LayersModel, i + 1)
    let output = copy.apply(input) as SymbolicTensor
    if (activations[i] === 'linear')
      output = tfl.layers
        .activation({ activation: 'softmax', name: `softmax_${i + 1}` })
        .apply(output) as SymbolicTensor
    const scaled = tfl.layers.rescaling({ scale: weights[i] as number, offset: 0, name: `weight_${i + 1}` })
    parts.push(scaled.apply(output) as SymbolicTensor)
  }
  const outputs = tfl.layers.add({ name: 'average' }).apply(parts) as SymbolicTensor
  return tfl.model({ inputs: input, outputs, name: 'ensemble' })
}

const shapesText = (tensors: readonly SymbolicTensor[]) =>
  tensors.map(({ shape }) => `[${shape.slice(1).join(', ')}]`).join(' and ')

const shapesOf = ({ inputs, outputs }: LayersModel) => `${shapesText(inputs)} → ${shapesText(outputs)}`

/** Weights that sum to 1. */
function shares(given: readonly number[], count: number): readonly number[] {
  const weights = Array.from(given)
  const sound = weights.length === count && weights.every((one) => typeof one === 'number' && one >= 0)
  const sum = sound ? weights.reduce((total, weight) => total + weight, 0) : 0
  if (!(sum > 0 && sum < Infinity))
    throw bad(`\`weights\` (=${show(given)}) must be ${count} numbers of at least 0, and not all 0.`)
  return weights.map((weight) => weight / sum)
}

/** A copy whose layers have names of their own: an ensemble's file has one weight of a name. */
async function renamedCopy(member: LayersModel, number: number): Promise<LayersModel> {
  const prefix = `member_${number}_`
  const artifacts = await modelArtifacts(member)
  const copy = await loadModel({
    load: async () => ({
      ...artifacts,
      modelTopology: renameLayers(artifacts.modelTopology, prefix) as object,
      weightSpecs: artifacts.weightSpecs.map((spec) => ({ ...spec, name: prefix + spec.name })),
    }),
  })
  copy.name = `member_${number}`
  return copy
}
