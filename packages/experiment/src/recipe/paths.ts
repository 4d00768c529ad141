import { type SchemaNode, alternatives, defaultOf, schemaTree, selectorOf } from './json-schema.ts'

type Tree = Record<string, unknown>

export const isGroup = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a path, or undefined. */
export function valueAt(tree: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Tree)[name]
          : undefined,
      tree,
    )
}

/** A copy of `tree` with the value at a path. Short forms on the way become groups. */
export function withValue(tree: unknown, path: string, value: unknown): Tree {
  return set(tree, path.split('.'), value, schemaTree())
}

function set(
  tree: unknown,
  [name = '', ...rest]: string[],
  value: unknown,
  node: SchemaNode | undefined,
): Tree {
  const group = groupOf(tree, node)
  const child = node && childOf(node, name)
  return { ...group, [name]: rest.length === 0 ? value : set(group[name], rest, value, child) }
}

/** The group that a value is or stands for; an empty one in place of a value that switches the group off. */
export function groupOf(value: unknown, node: SchemaNode | undefined): Tree {
  if (isGroup(value)) return value
  const short = node?.short
  return short === undefined || value === undefined || typeof value === 'boolean' ? {} : { [short]: value }
}

/** The schema of the field `name` in any of the alternatives of a group. */
export function childOf(node: SchemaNode, name: string): SchemaNode | undefined {
  return alternatives(node).find(({ properties }) => properties?.[name] !== undefined)?.properties?.[name]
}

/** `optimizer: adam` as `optimizer: { name: adam }`, here and everywhere below. */
export function longForm(value: unknown, node: SchemaNode = schemaTree()): unknown {
  if (value === undefined) return value
  if (!isGroup(value)) {
    const { short } = node
    if (short === undefined || acceptsAsIs(value, node)) return value
    return { [short]: value }
  }
  const group = Object.entries(value).map(([name, item]) => {
    const child = childOf(node, name)
    return [name, child === undefined ? item : longForm(item, child)]
  })
  return { ...defaultChoice(node), ...Object.fromEntries(group) }
}

/** `optimizer: { momentum: 0.9 }` is about the optimizer that is the default. */
function defaultChoice(node: SchemaNode): Tree {
  const selector = selectorOf(node)
  const name = selector && valueAt(defaultOf(node), selector)
  return name === undefined ? {} : { [selector as string]: name }
}

/** Whether the node takes bare values of this type besides groups. */
function acceptsAsIs(value: unknown, node: SchemaNode): boolean {
  return alternatives(node).some(({ type, const: word }) =>
    word === undefined || typeof word !== 'boolean'
      ? type === typeof value || (type === 'integer' && typeof value === 'number')
      : word === value,
  )
}
