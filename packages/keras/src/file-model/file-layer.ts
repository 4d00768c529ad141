import type { Fields } from '../layers/fields.ts'

/** Shape with the batch dimension. */
type BatchShape = readonly (number | null)[]

/** A weight of a file. Its members are those of a weight of tfjs that a compiler reads. */
export interface FileWeight {
  readonly id: number
  readonly name: string
  readonly originalName: string
  readonly shape: readonly number[]
  read(): { dataSync(): Float32Array }
}

/** One output of one call of a layer. */
export interface FileTensor {
  readonly id: number
  readonly shape: BatchShape
  readonly sourceLayer: FileLayer
  readonly nodeIndex: number
  readonly tensorIndex: number
}

export interface FileCall {
  readonly inputTensors: readonly FileTensor[]
  readonly outputTensors: readonly FileTensor[]
}

/** A layer as `readGraph` sees it: with the members of a layer of tfjs, and nothing behind them. */
export class FileLayer {
  readonly name: string
  readonly trainable: boolean
  readonly inboundNodes: FileCall[] = []
  readonly #className: string
  readonly #fields: Fields
  weights: readonly FileWeight[] | undefined

  constructor(className: string, fields: Fields) {
    this.#className = className
    this.#fields = fields
    this.name = String(fields['name'])
    this.trainable = fields['trainable'] !== false
  }

  getClassName(): string {
    return this.#className
  }

  getConfig(): Fields {
    return this.#fields
  }

  /** Records a call with outputs of these shapes. */
  call(inputs: readonly FileTensor[], shapes: readonly BatchShape[]): readonly FileTensor[] {
    const nodeIndex = this.inboundNodes.length
    const outputTensors = shapes.map((shape, tensorIndex) => ({
      id: nextId++,
      shape,
      sourceLayer: this,
      nodeIndex,
      tensorIndex,
    }))
    this.inboundNodes.push({ inputTensors: inputs, outputTensors })
    return outputTensors
  }
}

let nextId = 1

/** Numbers tensors and weights. */
export const newId = (): number => nextId++

/** A network of a file, which may be a layer of another. */
export class FileNetwork extends FileLayer {
  readonly layers: readonly FileLayer[]
  readonly inputs: readonly FileTensor[]
  readonly outputs: readonly FileTensor[]

  constructor(
    className: string,
    fields: Fields,
    parts: { layers: readonly FileLayer[]; inputs: readonly FileTensor[]; outputs: readonly FileTensor[] },
  ) {
    super(className, fields)
    this.layers = parts.layers
    this.inputs = parts.inputs
    this.outputs = parts.outputs
    // The call that tfjs counts when it builds a network; layers of another network cannot take its outputs.
    this.inboundNodes.push({ inputTensors: [], outputTensors: [] })
  }
}
