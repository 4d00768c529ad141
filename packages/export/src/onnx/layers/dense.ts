import type { Lowering } from '../layer-call.ts'
import type { Weight } from '../../layer-weights.ts'
import { activate } from './activation.ts'

export const dense: Lowering = (call) => {
  const kernel = call.weight('kernel') as Weight
  const bias = call.weight('bias')
  const inputs = [call.input.in('last'), call.constant('kernel', kernel.shape, kernel.values)]
  const offset = bias && call.constant('bias', bias.shape, bias.values)
  if (call.input.rank === 2)
    return activate(call, call.result('last', call.op('Gemm', offset ? [...inputs, offset] : inputs)))
  const product = call.op('MatMul', inputs)
  return activate(call, call.result('last', offset ? call.op('Add', [product, offset]) : product))
}
