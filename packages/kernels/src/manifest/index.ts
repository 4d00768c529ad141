import { activation } from './activation.ts'
import { activity } from './activity.ts'
import { augment } from './augment.ts'
import { batchNorm } from './batch-norm.ts'
import { convolution } from './convolution.ts'
import { depthwise } from './depthwise.ts'
import { dot } from './dot.ts'
import { dropout } from './dropout.ts'
import { elementwise } from './elementwise.ts'
import { fingerprintOf } from './fingerprint.ts'
import { gather } from './gather.ts'
import { gemm } from './gemm.ts'
import type { Cost, Effect, Entry } from './instruction.ts'
import { layerNorm } from './layer-norm.ts'
import { loss } from './loss.ts'
import { merge } from './merge.ts'
import { muon } from './muon.ts'
import { optimizers } from './optimizers.ts'
import { placement } from './placement.ts'
import { pooling } from './pooling.ts'
import { update } from './update.ts'
import { winograd } from './winograd.ts'

export { activationKinds, activationReadsInput } from './activation.ts'
export { pixelOperations, pixelScratch, pixelSlot } from './augment.ts'
export { convolutionMethods } from './convolution.ts'
export type { ConvolutionShape } from './convolution.ts'
export type { DepthwiseShape } from './depthwise.ts'
export { gemmFlags } from './gemm.ts'
export * from './header.ts'
export type { Cost, Effect, OperandType } from './instruction.ts'
export { conditions, mergeKinds } from './merge.ts'
export { poolIndexBytes } from './pooling.ts'

/** Families of instructions, by the file under `assembly/` that holds their kernels. */
export const families = {
  gather,
  augment,
  gemm,
  convolution,
  winograd,
  depthwise,
  pooling,
  placement,
  'batch-norm': batchNorm,
  dropout,
  activation,
  activity,
  elementwise,
  merge,
  dot,
  'layer-norm': layerNorm,
  loss,
  optimizers,
  muon,
  update,
}

type Families = typeof families
type Merged<Union> = (Union extends unknown ? (one: Union) => void : never) extends (all: infer All) => void
  ? All
  : never

/** Every instruction by name. Strides go from one line to the next; `lines` is the number of lines a sample has. */
export const instructions: Merged<Families[keyof Families]> = Object.assign({}, ...Object.values(families))

export type InstructionName = keyof typeof instructions

/** What a binary must export as `manifest` to understand the records of these instructions. */
export const fingerprint: number = fingerprintOf(instructions)

/** An instruction's operands by name. `Address` is a number, or what a program's planner resolves to one. */
export type Operands<Name extends InstructionName, Address = number> = {
  -readonly [
    Key in keyof (typeof instructions)[Name]['operands']
  ]: (typeof instructions)[Name]['operands'][Key] extends 'address' ? Address : number
}

/** The entry of an instruction whose name is not known to the type checker. */
export const entryOf = (name: InstructionName): Entry => instructions[name]

/** How an instruction with these operands uses each buffer, by operand. */
export function effectsOf(name: InstructionName, operands: object): [operand: string, effect: Effect][] {
  const { effects } = entryOf(name)
  return Object.entries(typeof effects === 'function' ? effects(operands as Record<string, number>) : effects)
}

/** What an instruction with these operands costs in a step of `samples` samples. */
export function costOf(name: InstructionName, operands: object, samples: number): Cost {
  return entryOf(name).cost(operands as Record<string, number>, samples)
}
