import { parseOptions } from '@treadle/core'
import type { InstructionName, Operands } from '@treadle/kernels'
import type * as z from 'zod/mini'
import type { PlainUpdate } from './flat-parameters.ts'
import type { CommonOptions } from './common-options.ts'
import { checkObject } from './fields.ts'
import type { Matrix, WeightShape } from './matrices.ts'

/** What the plain data of every optimizer has. */
export interface OptimizerData extends CommonOptions {
  readonly name: string
}

/** An optimizer's memory besides its slots: steps taken, and its running scalars by name. */
export interface OptimizerClock {
  /** Steps taken. */
  iterations: number
  [scalar: string]: number
}

/** Takes the instructions of an update. The compiler implements it; `Address` is what it resolves to one later. */
export interface InstructionEmitter<Address> {
  emit<Name extends InstructionName>(name: Name, operands: Operands<Name, Address | number>): void
}

/** Operands of every update instruction: the weights, and their gradient in `parts` parts, before regularization. */
export interface UpdateOperands<Address> {
  readonly weights: Address
  readonly gradients: Address
  readonly part: number
  readonly parts: number
  readonly count: number
  /** Factor of the learning rate. */
  readonly multiplier: number
  /** Decoupled weight decay; 0 for none. */
  readonly decay: number
  readonly l1: number
  readonly l2: number
}

/** A weight that is updated as a matrix: where its elements lie, and room for the update. */
export interface MatrixOperands<Address> extends Matrix {
  /** Floats from one row of the room to the next: `width`, rounded up to 4. */
  readonly stride: number
  /** Positions of the elements in the packed weight, row by row of the matrix: int32, shape [height, width]. */
  readonly table: Address
  /** Room of [height, stride] floats, twice. */
  readonly x: Address
  readonly next: Address
  /** Room of [width, stride] floats, twice. */
  readonly squares: Address
  readonly polynomial: Address
  /** Room of `normCount` float64. */
  readonly norms: Address
  readonly normCount: number
}

/** How an optimizer updates weights as whole matrices. */
interface MatrixUpdates<T extends OptimizerData> {
  /** The matrix that a weight is; undefined for one that is updated element by element. */
  of(optimizer: T, weight: WeightShape): Matrix | undefined
  /** The update of one weight alone, as `plain`. */
  plain(optimizer: T, matrix: Matrix): PlainUpdate
  /** The same, and weight decay, to the bit as instructions. */
  emit<Address>(
    emitter: InstructionEmitter<Address>,
    optimizer: T,
    operands: UpdateOperands<Address>,
    slots: Readonly<Record<string, Address>>,
    matrix: MatrixOperands<Address>,
  ): void
}

/** Everything about one optimizer. Both executors are made from it, and give the same bits. */
export interface OptimizerDefinition<T extends OptimizerData> {
  /** Keras's identifier: lower case. */
  readonly name: T['name']
  /** Keras's class name. */
  readonly title: string
  /** Fields with their ranges, defaults and descriptions. */
  readonly schema: z.ZodMiniType<T> & { readonly shape: Readonly<Record<string, z.ZodMiniType>> }
  /** The optimizer's memory for each element of a trainable weight: Keras's names and the values at the start. */
  slots(optimizer: T): Readonly<Record<string, number>>
  /** The running scalars before the first step, such as powers of the betas. */
  clock(optimizer: T): Readonly<Record<string, number>>
  /** Moves the clock's scalars on by one step and returns the step's own scalars, those after the learning rate. */
  advance(clock: OptimizerClock, optimizer: T, learningRate: number): readonly number[]
  /** The weight decay of a weight that is not excluded from it; the field `weightDecay` unless given. */
  decay?(optimizer: T, weight: WeightShape): number
  /** Weights that are updated as matrices, by instructions of their own; none unless given. */
  readonly matrices?: MatrixUpdates<T>
  /** Which of the step's scalars are proportional to the learning rate, besides it. */
  readonly rateScalars?: readonly number[]
  /** The update alone, as the eager executor runs it: without clipping, weight decay and averaging. */
  plain(optimizer: T): PlainUpdate
  /** The same, and weight decay, to the bit as an instruction of a compiled program. `slots` are by the names of `slots`. */
  emit<Address>(
    emitter: InstructionEmitter<Address>,
    optimizer: T,
    operands: UpdateOperands<Address>,
    slots: Readonly<Record<string, Address>>,
  ): void
}

/**
 * The optimizer that `options` describe, with its defaults.
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function createOptimizer<T extends OptimizerData>(
  { name, schema }: OptimizerDefinition<T>,
  operation: string,
  options: object,
): T {
  const code = 'TRAINER_BAD_OPTIMIZER'
  checkObject(operation, options, code)
  return parseOptions(schema, { ...options, name }, { operation, code })
}
