import { conditions, mergeKinds } from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { Value, type BufferView } from '../value.ts'

type Operands = ReturnType<MergeOperator['operands']>

/** y = a ∘ b of one layout. Where a and b are equal, the gradient of their maximum or minimum goes to a, as in TensorFlow. */
export class MergeOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value, Value]
  readonly output: Value
  readonly parameters = []
  readonly #kind: keyof typeof mergeKinds

  constructor(layer: string, kind: keyof typeof mergeKinds, a: Value, b: Value) {
    this.layer = layer
    this.inputs = [a, b]
    this.#kind = kind
    this.output = new Value(layer, a.shape, a.layout, this)
  }

  /** The operands of an instruction that goes through both inputs. */
  operands(a: BufferView, b: BufferView) {
    const { stride, rows } = this.output.layout
    return { a: a.base, aRow: a.row, b: b.base, bRow: b.row, width: stride, lines: rows }
  }

  forward(emit: Emitter): void {
    const [a, b] = this.inputs.map((input) => emit.viewOf(input)) as [BufferView, BufferView]
    const y = emit.viewOf(this.output)
    const kind = mergeKinds[this.#kind]
    emit.emit('merge', { kind, ...this.operands(a, b), y: y.base, yRow: y.row, accumulate: 0 })
  }

  backward(emit: Emitter): void {
    const dy = gradientOf(this.output)
    const [a, b] = this.inputs
    if (a.needsGradient) this.#toInput(emit, dy, 0)
    if (b.needsGradient) this.#toInput(emit, dy, 1)
  }

  #toInput(emit: Emitter, dy: BufferView, index: 0 | 1): void {
    const { stride, rows } = this.output.layout
    const [a, b] = this.inputs.map((input) => emit.viewOf(input)) as [BufferView, BufferView]
    const input = this.inputs[index]
    const target = emit.gradientTarget(input)
    const to = { y: target.base, yRow: target.row, accumulate: target.accumulate }
    if (this.#kind === 'multiply') {
      const operands: Operands = this.operands(dy, index === 0 ? b : a)
      emit.emit('merge', { kind: mergeKinds.multiply, ...operands, ...to })
    } else if (this.#kind === 'subtract') {
      const size = { width: stride, lines: rows }
      emit.emit('scaleAll', {
        x: dy.base,
        xRow: dy.row,
        ...size,
        scale: index === 0 ? 1 : -1,
        shift: 0,
        ...to,
      })
    } else {
      const [first, second] =
        this.#kind === 'maximum' ? (['notBelow', 'below'] as const) : (['notAbove', 'above'] as const)
      const condition = conditions[index === 0 ? first : second]
      emit.emit('selectWhere', { condition, ...this.operands(a, b), x: dy.base, xRow: dy.row, ...to })
    }
  }
}
