import { activationKinds } from './activation.ts'
import { convolutionMethods } from './convolution.ts'
import { gemmFlags } from './gemm.ts'
import { header, phase, PHASE_BYTES, phaseFlags, RECORD_BYTES } from './header.ts'
import type { Entry } from './instruction.ts'
import { conditions, mergeKinds } from './merge.ts'

/**
 * A number that changes with the meaning of a record: names, opcodes, operands and their order. The build writes it into
 * the binaries, and `instantiateKernels` compares, because a binary of another version reads records wrongly.
 *
 * @param instructions all of the manifest
 * @returns an int32: FNV-1a of the description
 */
export function fingerprintOf(
  instructions: Readonly<Record<string, Pick<Entry, 'opcode' | 'operands'>>>,
): number {
  const records = Object.entries(instructions).map(([name, { opcode, operands }]) => [
    name,
    opcode,
    Object.entries(operands),
  ])
  const constants = [
    activationKinds,
    conditions,
    convolutionMethods,
    gemmFlags,
    header,
    mergeKinds,
    phase,
    phaseFlags,
    PHASE_BYTES,
    RECORD_BYTES,
  ]
  let hash = 0x811c9dc5
  for (const character of JSON.stringify([records, constants]))
    hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193)
  return hash
}
