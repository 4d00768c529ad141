import type { Fail, Json } from './json.ts'

/*
 * tfjs builds a network by trying its layers again and again until all are built. Layers that wait for each other
 * would keep it in that loop for ever, and a width of 10¹² would be allocated before any weight is compared. Both are
 * checked here first. tfjs reports every other fault of a configuration itself.
 */

const MAX_INPUT = 2 ** 28

/**
 * Checks that a network can be built.
 * @param config the network's configuration, keys as in model.json
 * @param weightCount number of weights in the file; no layer is wider than that
 * @throws the error that `fail` makes
 */
export function checkTopology(config: unknown, weightCount: number, fail: Fail): void {
  checkSizes(config, weightCount, fail)
  checkNetworks(config, fail)
}

const widths = new Set(['units', 'filters', 'input_dim', 'output_dim', 'depth_multiplier'])

/** Keys that are checked here. tfjs reads `inputDim`, `input__dim` and `input_dim` as the same key; savers write the last. */
const checkedKeys = new Map(
  [...widths, 'batch_input_shape', 'inbound_nodes', 'layers', 'class_name', 'config'].map((key) => [
    camelCase(key),
    key,
  ]),
)

function camelCase(key: string): string {
  return key.replace(/_+(\w|$)/g, (_, letter: string) => letter.toUpperCase())
}

function checkSizes(value: unknown, weightCount: number, fail: Fail): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    const usual = checkedKeys.get(camelCase(key))
    if (usual !== undefined && usual !== key) throw fail(`it spells \`${usual}\` as \`${key}\``)
    if (widths.has(key) && typeof inner === 'number' && inner > weightCount) {
      throw fail(`a layer has \`${key}\` ${inner}, but the file holds only ${weightCount} weights`)
    }
    if (key === 'batch_input_shape' && Array.isArray(inner)) {
      const size = inner.reduce(
        (product: number, dimension) => product * (typeof dimension === 'number' ? dimension : 1),
        1,
      )
      if (!(size <= MAX_INPUT))
        throw fail(`its input [${inner.join(', ')}] has more than ${MAX_INPUT} values`)
    }
    checkSizes(inner, weightCount, fail)
  }
}

function checkNetworks(value: unknown, fail: Fail): void {
  if (typeof value !== 'object' || value === null) return
  const { layers } = value as Json
  if (Array.isArray(layers) && layers.some((layer) => 'inbound_nodes' in Object(layer)))
    checkGraph(layers, fail)
  for (const inner of Object.values(value)) checkNetworks(inner, fail)
}

interface Call {
  readonly layer: string
  readonly inputs: readonly (readonly [layer: string, node: number])[]
}

/** Follows tfjs's algorithm without building: a call of a layer can be made once the calls that it takes are made. */
function checkGraph(layers: readonly unknown[], fail: Fail): void {
  const made = new Map<string, number>()
  let waiting: Call[] = []
  for (const layer of layers) {
    const { name, inbound_nodes: nodes } = Object(layer) as Json
    if (typeof name !== 'string' || !Array.isArray(nodes)) {
      throw fail('a layer of its network has no `name` or no `inbound_nodes`')
    }
    if (made.has(name)) throw fail(`two of its layers have the name \`${name}\``)
    // tfjs uses the outer name in some tables and the inner name in others.
    const { config } = Object(layer) as Json
    if (
      typeof config !== 'object' ||
      config === null ||
      (!Array.isArray(config) && (config as Json).name !== name)
    ) {
      throw fail(`layer \`${name}\` has another name in its \`config\``)
    }
    made.set(name, startsMade(Object(layer) as Json) ? 1 : 0)
    for (const node of nodes) waiting.push({ layer: name, inputs: inputsOf(node, name, fail) })
  }
  while (waiting.length > 0) {
    const left = waiting.filter(({ layer, inputs }) => {
      if (!inputs.every(([name, node]) => (made.get(name) ?? -1) > node)) return true
      if (inputs.length > 0) made.set(layer, (made.get(layer) as number) + 1)
      return false
    })
    if (left.length === waiting.length) {
      const names = [...new Set(left.map(({ layer }) => layer))].slice(0, 5).join(', ')
      throw fail(
        `its network cannot be put together: the inputs of ${names} are missing or wait for each other`,
      )
    }
    waiting = left
  }
}

/** Whether a layer has a first output before anything calls it: inputs, and networks used as layers. */
export function startsMade({ class_name: type, config }: Json): boolean {
  if (type !== 'Sequential') return type === 'InputLayer' || type === 'Model' || type === 'Functional'
  const inner = config as { layers?: unknown } | unknown[] | undefined
  const [first] = (Array.isArray(inner) ? inner : (inner?.layers as unknown[] | undefined)) ?? []
  const { class_name: firstType, config: firstConfig } = Object(first) as {
    class_name?: string
    config?: object
  }
  return firstType === 'InputLayer' || 'batch_input_shape' in Object(firstConfig)
}

function inputsOf(node: unknown, layer: string, fail: Fail): Call['inputs'] {
  if (!Array.isArray(node)) throw fail(`the inputs of layer \`${layer}\` are not a list`)
  return node.map((input: unknown) => {
    const [name, index] = Array.isArray(input) ? (input as unknown[]) : []
    if (typeof name === 'string' && Number.isInteger(index)) return [name, index as number] as const
    throw fail(`an input of layer \`${layer}\` is not [layer, call, output]`)
  })
}
