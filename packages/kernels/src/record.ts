import { entryOf, type InstructionName, type Operands } from './manifest/index.ts'

/** Writes one instruction at `at`: 128 bytes. */
export function writeInstruction<Name extends InstructionName>(
  view: DataView,
  at: number,
  name: Name,
  operands: Operands<Name>,
): void {
  const { opcode, operands: types } = entryOf(name)
  view.setInt32(at, opcode, true)
  let position = at
  for (const operand of Object.keys(types) as (keyof Operands<Name> & string)[])
    writeOperand(view, (position += 4), types[operand], operands[operand])
}

/** Changes one operand of the instruction at `at`. */
export function patchInstruction<Name extends InstructionName>(
  view: DataView,
  at: number,
  name: Name,
  operand: keyof Operands<Name> & string,
  value: number,
): void {
  const { operands } = entryOf(name)
  writeOperand(view, at + 4 * (1 + Object.keys(operands).indexOf(operand)), operands[operand], value)
}

function writeOperand(view: DataView, position: number, type: string | undefined, value: number): void {
  if (type === 'f32') view.setFloat32(position, value, true)
  else view.setInt32(position, value, true)
}

/** Switches the instruction at `at` off, so that it does nothing, or on again. */
export function switchInstruction(view: DataView, at: number, name: InstructionName, on: boolean): void {
  view.setInt32(at, on ? entryOf(name).opcode : 0, true)
}
