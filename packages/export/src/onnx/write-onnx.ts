import { create, toBinary } from '@bufbuild/protobuf'
import { readGraph, type Layer } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { describeInput } from '../describe-input.ts'
import { exportedJson } from '../exported-json.ts'
import type { ExportOptions, ExportedFiles } from '../format.ts'
import { layerWeights } from '../layer-weights.ts'
import { unsupported } from '../unsupported.ts'
import { OnnxGraph } from './graph.ts'
import { LayerCall } from './layer-call.ts'
import { lowerings } from './layers/index.ts'
import { ModelProtoSchema, type GraphProto } from './proto/onnx_pb.ts'
import { Value } from './value.ts'

/** Operators as of this version; version 8 of the file format came before it. Runtimes read both since 2022. */
const OPSET = 17
const IR_VERSION = 8

/**
 * The `.onnx` file of a model: float32, with standard operators and a free batch dimension. Inputs and outputs have
 * tfjs's layout. Metadata are JSON texts under `treadle.` and their own key.
 * @throws TreadleError `EXPORT_UNSUPPORTED`, `MODEL_NOT_FINITE`
 */
export async function writeOnnx(
  model: LayersModel,
  { metadata = model.getUserDefinedMetadata() ?? {} }: ExportOptions = {},
): Promise<ExportedFiles> {
  const message = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    producerName: 'treadle',
    docString: describeInput(metadata) ?? '',
    graph: await graphOf(model),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({
      key: `treadle.${key}`,
      value: exportedJson(value),
    })),
  })
  return { 'model.onnx': toBinary(ModelProtoSchema, message) }
}

async function graphOf(model: LayersModel): Promise<GraphProto> {
  const { nodes, inputs, outputs } = readGraph(model)
  const graph = new OnnxGraph()
  const names = new Map<Layer, string>()
  const values: Value[] = []
  for (const [index, node] of nodes.entries()) {
    const { layer, name, className } = node
    if (inputs.includes(index)) {
      const shape = [null, ...(node.outputShapes[0] ?? [])]
      values.push(new Value(graph, shape, 'last', graph.input(name, shape)))
      continue
    }
    const lowering = Object.hasOwn(lowerings, className) ? lowerings[className] : undefined
    if (lowering === undefined)
      throw unsupported('onnx', { name, className }, 'is of a class that is not written to ONNX files')
    const taken = node.inputs.map((from) => values[from.node] as Value)
    const unique = names.get(layer) ?? graph.uniqueName(name)
    names.set(layer, unique)
    values.push(lowering(new LayerCall(graph, node, taken, await layerWeights(layer), unique)))
  }
  outputs.forEach(({ node }, index) => {
    const value = values[node] as Value
    graph.output(value.in('last'), `${model.outputNames[index] ?? 'output'}_output`, value.shape)
  })
  return graph.build(model.name)
}
