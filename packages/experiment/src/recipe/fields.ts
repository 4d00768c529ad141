import { type SchemaNode, alternatives, defaultOf, schemaTree, selectorOf } from './json-schema.ts'

/** One value of a recipe: what a flag sets, a form shows and a report tells. */
export interface RecipeField {
  /** Names from the top, joined by dots: `optimizer.learningRate`. */
  readonly path: string
  readonly kind: 'integer' | 'number' | 'boolean' | 'choice' | 'text' | 'numbers' | 'texts' | 'map'
  /** A phrase without a full stop. */
  readonly description: string
  /** The heading of its group: `Optimizer`. */
  readonly title: string
  /** The words it may be; of a number, the words it may be instead. */
  readonly choices: readonly string[]
  /** Of a number, or of each number of a list or map. */
  readonly bounds: Bounds
  /** Absent if there is none, or if it depends on another field. */
  readonly default?: unknown
  /** Of a default that depends on another field: each value, with those of the other field. */
  readonly defaults: readonly { readonly value: unknown; readonly for: readonly string[] }[]
  /** If only some recipes have the field: those in which each of these fields has one of these values. */
  readonly when: Readonly<Record<string, readonly string[]>>
  /** Whether a group of fields may stand in its place. */
  readonly orGroup: boolean
  readonly unit?: string
  readonly valueHint?: string
  /** Name of its flag, without dashes. A switch that is on by default has a flag that begins with `no-`. */
  readonly flag: string
  readonly alias?: string
  readonly positional: boolean
}

export interface Bounds {
  readonly integer: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
}

interface Draft extends Omit<RecipeField, 'flag'> {
  readonly ownFlag: string | undefined
  /** Whether its value selects the alternative that the fields beside it belong to. */
  readonly selects: boolean
}

let fields: readonly RecipeField[] | undefined

/** Every field of a recipe, in the schema's order. */
export function recipeFields(): readonly RecipeField[] {
  return (fields ??= nameFlags(merge(walk(schemaTree(), { path: '', when: {}, title: '' }))))
}

/** The field at a path; of a list or map also by the path of an item. */
export function fieldAt(path: string): RecipeField | undefined {
  const exact = recipeFields().find((field) => field.path === path)
  if (exact) return exact
  const parent = recipeFields().find((field) => field.path === above(path))
  return parent !== undefined && ['map', 'numbers', 'texts'].includes(parent.kind) ? parent : undefined
}

const above = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.')))
const lastName = (path: string) => path.slice(path.lastIndexOf('.') + 1)
const join = (path: string, name: string) => (path === '' ? name : `${path}.${name}`)

/** Where the walk is. */
interface Place extends Pick<RecipeField, 'path' | 'when' | 'title'> {}

function walk(node: SchemaNode, place: Place): Draft[] {
  const branches = alternatives(node)
  const groups = branches.filter(({ properties }) => properties !== undefined)
  const scalars = branches.filter((branch) => branch.properties === undefined && branch.const !== false)
  const selector = selectorOf(node)
  const title = typeof node['title'] === 'string' ? node['title'] : place.title
  const found: Draft[] = []
  if (scalars.length > 0) found.push(leaf(node, scalars, groups, { ...place, title }))
  if (selector !== undefined)
    found.push(choiceOf(node, groups, selector, { ...place, title, path: join(place.path, selector) }))
  for (const { properties = {} } of groups) {
    const chosen = String(properties[selector ?? '']?.const)
    const when =
      selector === undefined ? place.when : { ...place.when, [join(place.path, selector)]: [chosen] }
    for (const [name, child] of Object.entries(properties)) {
      if (name !== selector) found.push(...walk(child, { path: join(place.path, name), when, title }))
    }
  }
  return found
}

/** The field that selects one of several groups by its name. */
function choiceOf(node: SchemaNode, groups: readonly SchemaNode[], selector: string, place: Place): Draft {
  const fallback = (defaultOf(node) as Record<string, unknown> | undefined)?.[selector]
  return {
    ...metadataOf(node),
    ...place,
    kind: 'choice',
    choices: groups.map((group) => String(group.properties?.[selector]?.const)),
    bounds: { integer: false },
    ...(fallback !== undefined && { default: fallback }),
    defaults: [],
    orGroup: false,
    selects: true,
  }
}

function leaf(
  node: SchemaNode,
  scalars: readonly SchemaNode[],
  groups: readonly SchemaNode[],
  place: Place,
): Draft {
  const [only = {}] = scalars
  const number = scalars.find(({ type }) => type === 'number' || type === 'integer')
  const map = scalars.find(({ type }) => type === 'object')
  const { items: listed, additionalProperties: values } = map ?? only
  const items = listed ?? (typeof values === 'object' ? values : undefined)
  const choices = wordsOf(scalars, groups, selectorOf(node))
  const fallback = defaultOf(node)
  return {
    ...metadataOf(node),
    ...place,
    kind: kindOf(map ?? number ?? only, choices),
    choices,
    bounds: boundsOf(number ?? items ?? {}),
    ...(fallback !== undefined && { default: fallback }),
    defaults: [{ value: fallback, for: Object.values(place.when).flat() }],
    orGroup: groups.length > 0,
    selects: false,
  }
}

/** The words that a field may be. A word that stands for a group is the value of the field that selects the group. */
function wordsOf(
  scalars: readonly SchemaNode[],
  groups: readonly SchemaNode[],
  selector: string | undefined,
): string[] {
  const ofGroups = groups.map((group) => group.properties?.[selector ?? '']?.const)
  return scalars
    .filter(({ type }) => type !== 'boolean')
    .flatMap((scalar) => scalar.enum ?? (scalar.const === undefined ? [] : [scalar.const]))
    .filter((word) => !ofGroups.includes(word))
    .map(String)
}

function kindOf({ type, items }: SchemaNode, choices: readonly string[]): RecipeField['kind'] {
  if (type === 'integer' || type === 'number' || type === 'boolean') return type
  if (type === 'array') return items?.type === 'string' ? 'texts' : 'numbers'
  if (type === 'object') return 'map'
  return choices.length > 0 ? 'choice' : 'text'
}

function boundsOf(node: SchemaNode): Bounds {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node
  const limit = Number.MAX_SAFE_INTEGER
  return {
    integer: node.type === 'integer',
    ...(minimum !== undefined && minimum > -limit && { minimum }),
    ...(maximum !== undefined && maximum < limit && { maximum }),
    ...(exclusiveMinimum !== undefined && { exclusiveMinimum }),
    ...(exclusiveMaximum !== undefined && { exclusiveMaximum }),
  }
}

function metadataOf(node: SchemaNode) {
  const text = (key: string) => (typeof node[key] === 'string' ? { [key]: node[key] } : {})
  return {
    description: (node.description ?? '').replace(/\.$/, ''),
    ...text('unit'),
    ...text('valueHint'),
    ...text('alias'),
    positional: node['positional'] === true,
    ownFlag: node['flag'] as string | undefined,
  }
}

/** One field for each path: several alternatives may have it. */
function merge(drafts: readonly Draft[]): Draft[] {
  const byPath = new Map<string, Draft>()
  for (const draft of drafts) {
    const before = byPath.get(draft.path)
    byPath.set(draft.path, before === undefined ? draft : mergeTwo(before, draft))
  }
  const choicesAt = (path: string) => byPath.get(path)?.choices.length ?? 0
  return [...byPath.values()].map((draft) => {
    const limited = Object.entries(draft.when).filter(([path, words]) => words.length < choicesAt(path))
    return settleDefault({ ...draft, when: Object.fromEntries(limited) })
  })
}

function mergeTwo(one: Draft, other: Draft): Draft {
  const when = Object.fromEntries(
    Object.entries(one.when).map(([path, words]) => [
      path,
      [...new Set([...words, ...(other.when[path] ?? [])])],
    ]),
  )
  return { ...one, when, defaults: [...one.defaults, ...other.defaults] }
}

/** One default if all alternatives have the same; otherwise each value with its alternatives. */
function settleDefault(draft: Draft): Draft {
  const byValue = new Map<string, { value: unknown; for: string[] }>()
  for (const { value, for: words } of draft.defaults) {
    const key = JSON.stringify([value])
    byValue.set(key, { value, for: [...new Set([...(byValue.get(key)?.for ?? []), ...words])] })
  }
  if (byValue.size < 2) return { ...draft, defaults: [] }
  const { default: _, ...rest } = draft
  const values = [...byValue.values()]
  const telling = (word: string) => !values.every((each) => each.for.includes(word))
  return { ...rest, defaults: values.map(({ value, for: words }) => ({ value, for: words.filter(telling) })) }
}

/**
 * A field's flag is its name, or its group's if the name is `name`. In a group within a group, the name of the field
 * that selects the group comes first: `schedule-warmup`.
 */
function nameFlags(drafts: readonly Draft[]): RecipeField[] {
  return drafts.map(({ ownFlag, selects, ...draft }) => {
    const { path, kind, default: fallback } = draft
    const selector = drafts.find((other) => other.selects && above(other.path) === above(path))
    const nested = !selects && selector !== undefined && above(path).includes('.')
    const name = lastName(path) === 'name' ? lastName(above(path)) : lastName(path)
    const flag = ownFlag ?? (nested ? `${lastName(selector.path)}-${kebab(name)}` : kebab(name))
    return { ...draft, flag: kind === 'boolean' && fallback === true ? `no-${flag}` : flag }
  })
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
