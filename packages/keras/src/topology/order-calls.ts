import { isObject, layersOf, type Fail, type Json, type SavedLayer } from '../dialects/json.ts'

/** One output of one call of a layer. */
export interface CallOutput {
  readonly layer: string
  readonly call: number
  readonly output: number
}

/** One call of a layer in a functional network. */
export interface LayerCall {
  readonly layer: string
  readonly inputs: readonly CallOutput[]
  /** What the layer is called with besides its inputs. */
  readonly options: Json
}

interface Waiting extends LayerCall {
  /** How many calls must be made first. */
  missing: number
}

/**
 * The calls of a functional network in an order in which they can be made: each after those whose outputs it takes,
 * and the calls of one layer in the order of the file, as they are numbered by it. Takes time linear in their number,
 * whatever the order of the layers.
 *
 * @throws the error that `fail` makes, for calls that wait for each other, and for layers that are not there
 */
export function orderCalls(config: Json, fail: Fail): LayerCall[] {
  const queue: Waiting[] = []
  /** The calls that wait for output number `call` of a layer: `waiting.get(layer)[call]`. */
  const waiting = new Map<string, Waiting[][]>()
  const made = new Map<string, number>()
  const lists = new Map<string, Waiting[]>()
  let total = 0

  for (const layer of layersOf(config) ?? []) {
    const { name: given } = Object(layer) as Json
    if (made.has(given as string)) throw fail(`two of its layers have the name \`${String(given)}\``)
    const { name, nodes } = nameAndCalls(layer, fail)
    made.set(name, startsMade(layer as Json) ? 1 : 0)
    waiting.set(name, [])
    // An empty list is the input that a layer is by itself.
    const calls = nodes.map((node) => readCall(node, name, fail)).filter(({ inputs }) => inputs.length > 0)
    lists.set(name, calls)
    total += calls.length
  }
  for (const [name, calls] of lists) {
    calls.forEach((call, index) => {
      const needed = new Map<string, number>()
      for (const input of call.inputs)
        needed.set(input.layer, Math.max(needed.get(input.layer) ?? 0, input.call))
      if (index > 0) needed.set(name, Math.max(needed.get(name) ?? 0, (made.get(name) as number) + index - 1))
      for (const [layer, number] of needed) {
        const count = made.get(layer)
        if (count === undefined || number >= count + (lists.get(layer) as Waiting[]).length)
          throw cannotMake([name], fail)
        if (number < count) continue
        call.missing++
        const slots = waiting.get(layer) as Waiting[][]
        ;(slots[number] ??= []).push(call)
      }
      if (call.missing === 0) queue.push(call)
    })
  }
  const ordered: LayerCall[] = []
  for (const call of queue) {
    ordered.push(call)
    const number = made.get(call.layer) as number
    made.set(call.layer, number + 1)
    for (const later of waiting.get(call.layer)?.[number] ?? []) if (--later.missing === 0) queue.push(later)
  }
  if (ordered.length < total) {
    const left = [...lists]
      .filter(([, calls]) => calls.some(({ missing }) => missing > 0))
      .map(([name]) => name)
    throw cannotMake(left, fail)
  }
  return ordered
}

function cannotMake(names: readonly string[], fail: Fail): Error {
  const some = names.slice(0, 5).join(', ')
  return fail(`its network cannot be put together: the inputs of ${some} are missing or wait for each other`)
}

function nameAndCalls(layer: unknown, fail: Fail): { name: string; nodes: readonly unknown[] } {
  const { name, inbound_nodes: nodes, config, ...others } = Object(layer) as Json
  for (const key of Object.keys(others))
    if (/^inbound_*nodes$/i.test(key)) throw fail(`it spells \`inbound_nodes\` as \`${key}\``)
  if (typeof name !== 'string' || !Array.isArray(nodes))
    throw fail('a layer of its network has no `name` or no `inbound_nodes`')
  // tfjs uses the outer name in some tables and the inner name in others.
  if (!Array.isArray(config) && (!isObject(config) || config['name'] !== name))
    throw fail(`layer \`${name}\` has another name in its \`config\``)
  return { name, nodes }
}

function readCall(node: unknown, layer: string, fail: Fail): Waiting {
  if (!Array.isArray(node)) throw fail(`the inputs of layer \`${layer}\` are not a list`)
  let options: Json = {}
  const inputs = node.map((input: unknown) => {
    const read = readOutput(input)
    if (read === undefined) throw fail(`an input of layer \`${layer}\` is not [layer, call, output]`)
    const given: unknown = (input as unknown[])[3]
    if (isObject(given)) options = given
    return read
  })
  return { layer, inputs, options, missing: 0 }
}

/** Reads [layer, call, output]; undefined for anything else. */
export function readOutput(value: unknown): CallOutput | undefined {
  const [layer, call, output] = Array.isArray(value) ? (value as unknown[]) : []
  return typeof layer === 'string' && isIndex(call) && isIndex(output) ? { layer, call, output } : undefined
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Whether a layer has a first output before anything calls it: inputs, and networks used as layers. */
export function startsMade({ class_name: type, config }: Json): boolean {
  if (type !== 'Sequential') return type === 'InputLayer' || type === 'Model' || type === 'Functional'
  const [first] = layersOf(config) ?? []
  const { class_name: firstType, config: firstConfig } = Object(first) as Partial<SavedLayer>
  return (
    firstType === 'InputLayer' ||
    'batch_input_shape' in Object(firstConfig) ||
    (firstType !== undefined &&
      ['Sequential', 'Model', 'Functional'].includes(firstType) &&
      startsMade(first as Json))
  )
}
