import { gradientOf, type Emitter } from '../emitter.ts'
import { lastAxisLayout } from '../layout.ts'
import type { Operator } from '../operator.ts'
import { Value, type BufferView } from '../value.ts'

/** The bytes from one sample, vector and term of a vector to the next. */
type Strides = readonly [sample: number, vector: number, term: number]

/** The vectors of an input of one or two axes, in lines. */
interface Vectors {
  readonly count: number
  readonly length: number
  /** Whether they are the columns of the lines. */
  readonly byColumn: boolean
}

function vectorsOf({ layout: { rows, width } }: Value, byColumn: boolean): Vectors {
  return byColumn ? { count: width, length: rows, byColumn } : { count: rows, length: width, byColumn }
}

function stridesOf({ layout }: Value, { row }: BufferView, { byColumn }: Vectors): Strides {
  return byColumn ? [layout.rows * row, 4, row] : [layout.rows * row, row, 4]
}

/** y[i, j] = Σ_k a[i, k]·b[j, k] with the vectors of two inputs. */
export class DotOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value, Value]
  readonly output: Value
  readonly parameters = []
  readonly #vectors: readonly [Vectors, Vectors]

  /**
   * @param inputs in lines of one segment
   * @param byColumn whether the vectors of each input are the columns of its lines
   * @param shape of the output
   */
  constructor(
    layer: string,
    inputs: readonly [Value, Value],
    byColumn: readonly [boolean, boolean],
    shape: readonly number[],
  ) {
    this.layer = layer
    this.inputs = inputs
    this.#vectors = [vectorsOf(inputs[0], byColumn[0]), vectorsOf(inputs[1], byColumn[1])]
    this.output = new Value(layer, shape, lastAxisLayout(shape), this)
  }

  forward(emit: Emitter): void {
    const [a, b] = this.inputs
    const [va, vb] = this.#vectors
    const from = [emit.viewOf(a), emit.viewOf(b)] as const
    const to = { ...emit.viewOf(this.output), accumulate: 0 as const }
    const terms = [stridesOf(a, from[0], va), stridesOf(b, from[1], vb)] as const
    const sizes = { m: va.count, n: vb.count, k: va.length }
    this.#emit(emit, from, terms, to, this.output, this.#outputStrides(to), sizes)
  }

  backward(emit: Emitter): void {
    const dy = gradientOf(this.output)
    const [sample, i, j] = this.#outputStrides(dy)
    for (const own of [0, 1] as const) {
      const input = this.inputs[own]
      if (!input.needsGradient) continue
      const other = this.inputs[1 - own] as Value
      const vectors = this.#vectors[own]
      const others = this.#vectors[1 - own] as Vectors
      const view = emit.viewOf(other)
      const [otherSample, vector, term] = stridesOf(other, view, others)
      const dx = emit.gradientTarget(input)
      // d own[i, k] = Σ_j dy[i, j]·other[j, k]
      this.#emit(
        emit,
        [dy, view],
        [own === 0 ? [sample, i, j] : [sample, j, i], [otherSample, term, vector]],
        dx,
        input,
        stridesOf(input, dx, vectors),
        { m: vectors.count, n: vectors.length, k: others.count },
      )
    }
  }

  /** From one sample to the next, from one vector of the first input, and from one of the second. */
  #outputStrides({ row }: BufferView): Strides {
    const { rows } = this.output.layout
    const lines = rows > 1 || this.#vectors[0].count === 1
    return lines ? [rows * row, row, 4] : [rows * row, 4, 4 * this.#vectors[0].count]
  }

  #emit(
    emit: Emitter,
    [a, b]: readonly [BufferView, BufferView],
    [[aSample, aI, aK], [bSample, bJ, bK]]: readonly [Strides, Strides],
    c: BufferView & { readonly accumulate: 0 | 1 },
    { layout }: Value,
    [cSample, cI, cJ]: Strides,
    sizes: { readonly m: number; readonly n: number; readonly k: number },
  ): void {
    emit.emit('dot', {
      a: a.base,
      aSample,
      aI,
      aK,
      b: b.base,
      bSample,
      bJ,
      bK,
      c: c.base,
      cSample,
      cI,
      cJ,
      ...sizes,
      lines: layout.rows,
      cRow: c.row,
      padded: layout.stride,
      accumulate: c.accumulate,
    })
  }
}
