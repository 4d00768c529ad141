import * as z from 'zod/mini'
import { recipeSchema } from './schema.ts'

/** A node of a JSON Schema, as far as recipes use it; the metadata of fields are among its keywords. */
export interface SchemaNode {
  readonly type?: string
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | SchemaNode
  readonly items?: SchemaNode
  readonly oneOf?: readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly minItems?: number
  readonly description?: string
  readonly short?: string
  readonly [keyword: string]: unknown
}

let tree: SchemaNode | undefined

/** The recipe's schema as data, with the metadata of every field. */
export function schemaTree(): SchemaNode {
  return (tree ??= z.toJSONSchema(recipeSchema, { io: 'input', reused: 'inline' }) as SchemaNode)
}

/** The alternatives of a node: those of a union and of the unions in it, or the node alone. */
export function alternatives(node: SchemaNode): readonly SchemaNode[] {
  return (node.oneOf ?? node.anyOf)?.flatMap(alternatives) ?? [node]
}

/** The value that stands for an absent one. */
export function defaultOf(node: SchemaNode): unknown {
  return node.default ?? node['whenAbsent']
}

/** The property whose value tells the alternatives of a node apart. */
export function selectorOf(node: SchemaNode): string | undefined {
  const [first, ...others] = alternatives(node).filter(({ properties }) => properties !== undefined)
  if (others.length === 0) return undefined
  return Object.keys(first?.properties ?? {}).find((name) =>
    [first, ...others].every((group) => group?.properties?.[name]?.const !== undefined),
  )
}

/** Keywords that mean something to this package alone. */
const OWN = new Set(['flag', 'alias', 'valueHint', 'unit', 'short', 'whenAbsent', 'title', 'positional'])

/** The JSON Schema of a recipe as people write it, short forms included: for editors and other programs. */
export function recipeJsonSchema(): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A Treadle recipe',
    ...published({ ...schemaTree(), $schema: undefined }),
  }
}

function published(node: SchemaNode): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(node)) {
    if (value === undefined || OWN.has(keyword)) continue
    // zod's bounds of every integer.
    if (Math.abs(value as number) === Number.MAX_SAFE_INTEGER) continue
    result[keyword] = publishedValue(keyword, value, node)
  }
  if (defaultOf(node) !== undefined) result['default'] = defaultOf(node)
  const short = node.short === undefined ? undefined : shortForm(node, node.short)
  if (short === undefined) return result
  const { description, default: fallback, ...long } = result
  return {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
    anyOf: [short, long],
  }
}

function publishedProperties(properties: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, node]) => [name, published(node as SchemaNode)]),
  )
}

function publishedValue(keyword: string, value: unknown, node: SchemaNode): unknown {
  if (keyword === 'properties') return publishedProperties(value as object)
  if (keyword === 'oneOf' || keyword === 'anyOf')
    return (value as SchemaNode[]).map((branch) => published(mayOmitDefault(branch, node)))
  if (keyword === 'items' || (keyword === 'additionalProperties' && typeof value === 'object'))
    return published(value as SchemaNode)
  return value
}

/** The alternative that is the default need not be named. */
function mayOmitDefault(branch: SchemaNode, node: SchemaNode): SchemaNode {
  const selector = selectorOf(node)
  const fallback = defaultOf(node) as Record<string, unknown> | undefined
  if (selector === undefined || fallback?.[selector] !== branch.properties?.[selector]?.const) return branch
  return { ...branch, required: branch.required?.filter((name) => name !== selector) ?? [] }
}

/** What the field `name` of any of the alternatives may be. */
function shortForm(node: SchemaNode, name: string): Record<string, unknown> {
  const fields = alternatives(node)
    .map(({ properties }) => properties?.[name])
    .filter((field) => field !== undefined)
  const words = fields.map((field) => field.const).filter((word) => word !== undefined)
  if (words.length > 0) return { enum: words }
  const { default: _, ...value } = published(fields[0] as SchemaNode)
  return value
}
