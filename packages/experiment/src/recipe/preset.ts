import { definitions } from './definitions.ts'
import { type SchemaNode, schemaTree, selectorOf } from './json-schema.ts'
import { childOf, groupOf, isGroup } from './paths.ts'

/**
 * A recipe with the fields that its model sets, where the recipe leaves them out. A group that selects another
 * alternative (another optimizer, another schedule) takes none of the model's fields.
 */
export function withPreset(input: unknown): unknown {
  if (!isGroup(input)) return input
  const name = isGroup(input['model']) ? input['model']['name'] : input['model']
  const preset = typeof name === 'string' ? definitions.get(name)?.recipe : undefined
  return preset === undefined ? input : over(preset, input, schemaTree())
}

/** `value` with the fields of `preset` that it lacks. */
function over(preset: unknown, value: unknown, node: SchemaNode | undefined): unknown {
  if (value === undefined) return preset
  if (node === undefined || !isGroup(preset)) return value
  const selector = selectorOf(node)
  const group = groupFor(value, node, selector)
  const chosen = selector && group?.[selector]
  if (group === undefined || (chosen !== undefined && chosen !== preset[selector as string])) return value
  const names = [...new Set([...Object.keys(preset), ...Object.keys(group)])]
  return Object.fromEntries(names.map((name) => [name, over(preset[name], group[name], childOf(node, name))]))
}

/** The group that a value is, or that a word stands for: `optimizer: adamw`. `learningRate: 0.01` stands for itself. */
function groupFor(value: unknown, node: SchemaNode, selector: string | undefined) {
  if (isGroup(value)) return value
  const names = selector === undefined || node.short === selector
  return typeof value === 'string' && names ? groupOf(value, node) : undefined
}
