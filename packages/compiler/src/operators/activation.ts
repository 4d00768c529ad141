import { activationKinds, activationReadsInput, writeReluBackward } from '@treadle/kernels'
import type { ActivationFunction } from '../activation-functions.ts'
import type { Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { gradientOf } from '../emitter.ts'
import { rowsOf, rowsView } from '../feature-map.ts'
import { Value, type BufferView } from '../value.ts'

/** y = f(x), element by element. */
export class ActivationOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly function: ActivationFunction
  /** The producer of its input applies it, so that it has nothing to do. */
  fused = false

  constructor(layer: string, input: Value, activation: ActivationFunction) {
    this.layer = layer
    this.inputs = [input]
    this.function = activation
    this.output = new Value(layer, input.shape, input.layout, this)
  }

  get isView(): boolean {
    return this.fused
  }

  forward(emit: Emitter): void {
    if (this.fused) return
    const [input] = this.inputs
    const x = emit.viewOf(input)
    const y = emit.viewOf(this.output)
    for (const { start, length } of input.layout.segments) {
      const at = (view: typeof x) => ({ storage: view.base.storage, offset: view.base.offset + 4 * start })
      emit.emit('activate', {
        ...this.#constants,
        x: at(x),
        xRow: x.row,
        y: at(y),
        yRow: y.row,
        width: length,
        lines: input.layout.rows,
        accumulate: 0,
      })
    }
  }

  get leavesZeros(): boolean {
    const { kind, alpha } = this.function
    return kind === 'relu' || (kind === 'rectifier' && alpha === 0)
  }

  get #constants() {
    const { kind, alpha = 0, beta = 0, gamma = 0 } = this.function
    return { kind: activationKinds[kind], alpha, beta, gamma }
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    if (this.fused) {
      emit.passGradient(input, gradientOf(this.output))
      return
    }
    const constants = this.#constants
    const value = emit.viewOf(activationReadsInput(constants.kind) ? input : this.output)
    const dy = gradientOf(this.output)
    const dx = emit.gradientTarget(input)
    emit.emit('activateBackward', {
      ...constants,
      value: value.base,
      valueRow: value.row,
      dy: dy.base,
      dyRow: dy.row,
      dx: dx.base,
      dxRow: dx.row,
      width: input.layout.stride,
      lines: input.layout.rows,
      accumulate: dx.accumulate,
    })
  }
}

/** Takes the gradient of a value back through the ReLU that made the value, in place. */
export function emitReluGradient(emit: Emitter, value: Value, gradient: BufferView): void {
  const dy = rowsView(value, gradient)
  writeReluBackward(emit, { y: emit.mapOf(value), dy, dx: dy }, rowsOf(value))
}
