import type { Pair } from '@treadle/keras'
import { mapOperands, poolIndexBytes } from '@treadle/kernels'
import { gradientOf, type Emitter } from '../emitter.ts'
import { mapShapeOf, mapView, type MapShape } from '../feature-map.ts'
import type { Operator } from '../operator.ts'
import type { Storage } from '../storage.ts'
import { Value } from '../value.ts'

export interface PoolingWindows {
  readonly size: Pair
  readonly strides: Pair
  /** How far the first window lies above and to the left of the map. */
  readonly before: Pair
  /** Windows along rows and columns. */
  readonly count: Pair
}

/** The largest value or the mean of each window of a map. */
export class PoolingOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly [Value]
  readonly output: Value
  readonly parameters = []
  readonly writesBorder = true
  readonly #reduction: 'max' | 'average'
  readonly #input: MapShape
  readonly #output: MapShape
  readonly #windows: PoolingWindows
  /** Where each window's largest value lies; for the gradient. */
  #indices: Storage | undefined

  constructor(
    layer: string,
    input: Value,
    reduction: 'max' | 'average',
    windows: PoolingWindows,
    shape: readonly number[],
  ) {
    this.layer = layer
    this.inputs = [input]
    this.#reduction = reduction
    this.#windows = windows
    this.#input = mapShapeOf(input)
    const { layout } = input
    const [height, width] = windows.count
    // Channels stay where they are in a pixel, whatever its segments.
    this.output = new Value(layer, shape, { ...layout, rows: height * width }, this)
    this.#output = { height, width, channels: this.#input.channels, packed: false }
  }

  get leavesZeros(): boolean {
    return this.inputs[0].hasZeros && this.#reduction === 'max'
  }

  get #operands() {
    const { size, strides, before } = this.#windows
    return {
      height: this.#output.height,
      width: this.#output.width,
      channels: this.#input.channels,
      inputHeight: this.#input.height,
      inputWidth: this.#input.width,
      windowHeight: size[0],
      windowWidth: size[1],
      strideHeight: strides[0],
      strideWidth: strides[1],
      top: before[0],
      left: before[1],
    }
  }

  forward(emit: Emitter): void {
    const [input] = this.inputs
    const maps = {
      ...mapOperands('x', mapView(this.#input, emit.viewOf(input))),
      ...mapOperands('y', emit.mapOf(this.output)),
    }
    if (this.#reduction === 'average') {
      emit.emit('averagePool', { ...maps, ...this.#operands })
      return
    }
    if (emit.training && input.needsGradient) {
      const { height, width, channels } = this.#output
      const bytes = poolIndexBytes(this.#windows.size[0], this.#windows.size[1])
      this.#indices = emit.storage('indices', bytes * emit.batchSize * height * width * channels)
    }
    emit.emit('maxPool', { ...maps, indices: this.#indices ? this.#indices.at() : 0, ...this.#operands })
  }

  backward(emit: Emitter): void {
    const [input] = this.inputs
    if (!input.needsGradient) return
    const target = emit.gradientTarget(input)
    const operands = {
      ...mapOperands('dy', mapView(this.#output, gradientOf(this.output))),
      ...mapOperands('dx', mapView(this.#input, target)),
      ...this.#operands,
      accumulate: target.accumulate,
    }
    if (this.#reduction === 'average') emit.emit('averagePoolBackward', operands)
    else emit.emit('maxPoolBackward', { ...operands, indices: (this.#indices as Storage).at() })
  }
}
