import { CALL_STREAMS } from '../layers/dropout.ts'
import { DropoutOperator } from '../operators/dropout.ts'
import type { Operator } from '../operator.ts'
import type { Program } from '../program.ts'

/** Writes masks where the program draws them, and switches the drawing off until `drawMasks`. */
export function overrideMasks(
  program: Program,
  operators: readonly Operator[],
  masks: readonly Uint8Array[],
): void {
  for (const operation of program.operations('drawMask')) {
    program.enable(operation, false)
  }
  for (const operator of operators) {
    if (!(operator instanceof DropoutOperator) || !operator.mask) continue
    const mask = masks[operator.stream % CALL_STREAMS]
    if (!mask) continue
    const target = new Int16Array(program.host.memory.buffer, operator.mask.address, mask.length)
    for (let i = 0; i < mask.length; i++) target[i] = mask[i] ? -1 : 0
  }
}

/** Switches the drawing of masks on. */
export function drawMasks(program: Program): void {
  for (const operation of program.operations('drawMask')) program.enable(operation, true)
}
