import type { SymbolicTensor } from '@tensorflow/tfjs-layers'
import type { Layer } from './layer.ts'

/**
 * Calls layers once more, on other tensors: all calls that lead to `outputs` from the tensors that are replaced. The
 * layers are the same, and so are their weights.
 *
 * @param replacements by the id of the tensor that each takes the place of; every path from an input leads through one
 * @returns one for each of `outputs`
 */
export function applyCalls(
  outputs: readonly SymbolicTensor[],
  replacements: ReadonlyMap<number, SymbolicTensor>,
): SymbolicTensor[] {
  const values = new Map(replacements)
  const visit = (tensor: SymbolicTensor): SymbolicTensor => {
    const known = values.get(tensor.id)
    if (known) return known
    const call = tensor.sourceLayer.inboundNodes[tensor.nodeIndex] as Layer['inboundNodes'][number]
    const inputs = inputTensorsOf(tensor).map(visit)
    const result = tensor.sourceLayer.apply(inputs.length === 1 ? (inputs[0] as SymbolicTensor) : inputs, {
      ...(call.callArgs as object | undefined),
    })
    const made = [result].flat() as SymbolicTensor[]
    call.outputTensors.forEach(({ id }, i) => values.set(id, made[i] as SymbolicTensor))
    return values.get(tensor.id) as SymbolicTensor
  }
  return outputs.map(visit)
}

/** The tensors that the call takes which made a tensor; none for an input of a model, which tfjs gives as its own. */
export function inputTensorsOf(tensor: SymbolicTensor): SymbolicTensor[] {
  const call = tensor.sourceLayer.inboundNodes[tensor.nodeIndex]
  return (call?.inputTensors ?? []).filter(({ id }) => id !== tensor.id)
}

/** All tensors that `outputs` depend on, each after those that it depends on. */
export function tensorsOf(outputs: readonly SymbolicTensor[]): SymbolicTensor[] {
  const found = new Map<number, SymbolicTensor>()
  const visit = (tensor: SymbolicTensor): void => {
    if (found.has(tensor.id)) return
    for (const input of inputTensorsOf(tensor)) visit(input)
    found.set(tensor.id, tensor)
  }
  for (const output of outputs) visit(output)
  return [...found.values()]
}
