export {
  activationKinds,
  gemmFlags,
  instructions,
  switchInstruction,
  writeInstruction,
} from './instructions.ts'
export type { InstructionName, Operands, OperandType } from './instructions.ts'
export { compileKernels, instantiateKernels, isShared } from './kernels.ts'
export type { Kernels, KernelsBinary, SequenceRunner } from './kernels.ts'
export { createMemory } from './memory.ts'
export type { KernelMemory } from './memory.ts'
export { barrierOf, readySequence, sequenceBytes, setSequence, writeSequence } from './sequence.ts'
export type { Instruction, Phase, Sequence, SequenceSettings } from './sequence.ts'
