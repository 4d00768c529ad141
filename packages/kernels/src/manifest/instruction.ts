/**
 * The word an operand takes in an instruction's record, by what it means: the address of a buffer, a distance in bytes
 * (a stride, or from one part to the next), a number, a float.
 */
export type OperandType = 'address' | 'bytes' | 'i32' | 'f32'

export type OperandTypes = Readonly<Record<string, OperandType>>

/**
 * How one shard uses the buffer at an address. `own`: the part that belongs to the shard's own samples, or a slot of
 * its own, so that instructions of one phase may follow each other on it. `all`: parts that other shards may write or
 * read too, so that a barrier must separate them.
 */
export type Effect = 'reads own' | 'reads all' | 'writes own' | 'writes all'

/** An effect for each address operand. */
type Effects<Types extends OperandTypes = OperandTypes> = {
  readonly [Key in keyof Types as Types[Key] extends 'address' ? Key : never]: Effect
}

/** The operands that are known before buffers have addresses. */
type Scalars<Types extends OperandTypes = OperandTypes> = {
  readonly [Key in keyof Types as Types[Key] extends 'address' ? never : Key]: number
}

/** What an instruction does in a step of some samples. */
export interface Cost {
  /** Its dimensions, for people. */
  readonly shape: string
  /** Arithmetic operations. */
  readonly flops: number
  /** Bytes read and written. */
  readonly bytes: number
}

/** All that the sequencer and the compiler know of an instruction. */
export interface Entry<Types extends OperandTypes = OperandTypes> {
  /** A positive number that no other instruction has. 0 is an instruction that is switched off. */
  readonly opcode: number
  /** In the order of the record's words, 31 at most. */
  readonly operands: Types
  readonly effects: Effects<Types> | ((scalars: Scalars<Types>) => Effects<Types>)
  cost(scalars: Scalars<Types>, samples: number): Cost
}

/** Declares an instruction. The kernel is the function of its name in `assembly/<family>.ts`. */
export function instruction<const Types extends OperandTypes>(entry: Entry<Types>): Entry<Types> {
  return entry
}

/**
 * The cost of an instruction that goes through the lines of each sample.
 * @param flops operations for each float of a line
 * @param floats floats read and written for each float of a line
 */
export function perFloat(flops: number, floats: number) {
  return ({ lines, width }: { lines: number; width: number }, samples: number): Cost => {
    const count = samples * lines * width
    return { shape: `${samples * lines}×${width}`, flops: flops * count, bytes: 4 * floats * count }
  }
}
