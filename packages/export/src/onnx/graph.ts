import { create, type MessageInitShape } from '@bufbuild/protobuf'
import {
  AttributeProto_AttributeType as Type,
  GraphProtoSchema,
  TensorProto_DataType as DataType,
  type AttributeProtoSchema,
  type GraphProto,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from './proto/onnx_pb.ts'

type Attribute = Omit<MessageInitShape<typeof AttributeProtoSchema>, '$typeName' | 'name'>
export type Attributes = Readonly<Record<string, Attribute>>

export const int = (i: number): Attribute => ({ type: Type.INT, i: BigInt(i) })
export const ints = (values: readonly number[]): Attribute => ({ type: Type.INTS, ints: values.map(BigInt) })
export const float = (f: number): Attribute => ({ type: Type.FLOAT, f })
export const text = (value: string): Attribute => ({ type: Type.STRING, s: new TextEncoder().encode(value) })

/** Sizes with the batch dimension; null where a size is not fixed. */
export type OnnxShape = readonly (number | null)[]

/** An ONNX graph while it is made. Values are known by their names. */
export class OnnxGraph {
  readonly #nodes: MessageInitShape<typeof NodeProtoSchema>[] = []
  readonly #constants = new Map<string, MessageInitShape<typeof TensorProtoSchema>>()
  readonly #inputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = []
  readonly #outputs: MessageInitShape<typeof ValueInfoProtoSchema>[] = []
  readonly #names = new Set<string>()

  /** @returns the name, with a number if it is taken */
  uniqueName(name: string): string {
    let unique = name
    for (let number = 1; this.#names.has(unique); number++) unique = `${name}_${number}`
    this.#names.add(unique)
    return unique
  }

  /**
   * Adds a node with one output.
   * @param name what the output is called, if no value has that name yet
   * @returns the name of the output
   */
  op(type: string, inputs: readonly string[], name: string, attributes: Attributes = {}): string {
    const output = this.uniqueName(name)
    this.#nodes.push({
      name: output,
      opType: type,
      input: [...inputs],
      output: [output],
      attribute: Object.entries(attributes).map(([key, value]) => ({ ...value, name: key })),
    })
    return output
  }

  /** A constant of float32 values. The same name is the same constant. */
  floats(name: string, shape: readonly number[], values: Float32Array): string {
    return this.#constant(name, shape, DataType.FLOAT, values)
  }

  /** A constant list of int64 values. The same values are the same constant. */
  int64s(values: readonly number[]): string {
    const data = BigInt64Array.from(values.map(BigInt))
    return this.#constant(`int64_${values.join('_')}`, [values.length], DataType.INT64, data)
  }

  /** A constant float32 number. */
  number(value: number): string {
    return this.#constant(`number_${value}`, [], DataType.FLOAT, Float32Array.of(value))
  }

  input(name: string, shape: OnnxShape): string {
    const unique = this.uniqueName(name)
    this.#inputs.push(valueInfo(unique, shape))
    return unique
  }

  /** Makes a value an output of the graph under a name of its own. */
  output(value: string, name: string, shape: OnnxShape): void {
    const unique = this.op('Identity', [value], name)
    this.#outputs.push(valueInfo(unique, shape))
  }

  build(name: string): GraphProto {
    return create(GraphProtoSchema, {
      name,
      node: this.#nodes,
      initializer: [...this.#constants.values()],
      input: this.#inputs,
      output: this.#outputs,
    })
  }

  #constant(
    name: string,
    shape: readonly number[],
    dataType: DataType,
    values: Float32Array | BigInt64Array,
  ): string {
    if (!this.#constants.has(name)) {
      this.#names.add(name)
      this.#constants.set(name, {
        name,
        dims: shape.map(BigInt),
        dataType,
        // ONNX stores little-endian bytes, as do all machines that run WebAssembly.
        rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
      })
    }
    return name
  }
}

function valueInfo(name: string, shape: OnnxShape): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = shape.map((size, axis) => ({
    value:
      size === null
        ? { case: 'dimParam' as const, value: axis === 0 ? 'batch' : `${name}_${axis}` }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }))
  return {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DataType.FLOAT, shape: { dim } } } },
  }
}
