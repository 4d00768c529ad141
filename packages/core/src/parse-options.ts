import { TreadleError } from './error.ts'
import { didYouMean } from './nearest.ts'
import { show } from './show.ts'

/** The part of a zod schema that `parseOptions` uses: this package does not depend on zod. */
export interface OptionsSchema<Output> {
  safeParse(
    value: unknown,
    parameters: { error: (issue: RawIssue) => string | undefined; reportInput: boolean },
  ): { success: true; data: Output } | { success: false; error: { issues: readonly unknown[] } }
}

/** An issue while zod collects it. */
interface RawIssue {
  readonly code?: string
  readonly input?: unknown
  readonly inst?: unknown
}

/** An issue of zod, as far as messages need it. */
export interface SchemaIssue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly input?: unknown
  readonly errors?: readonly (readonly SchemaIssue[])[]
}

/** What is wrong with one value: `path` is empty for the whole input. */
export interface Problem {
  readonly path: readonly PropertyKey[]
  /** Follows the path and the value in a sentence: "must be less than 1". */
  readonly rule: string
  readonly value: unknown
}

/**
 * Reads options by a schema of zod.
 * @param operation the function whose options these are: the message begins with it
 * @returns the options with defaults filled in
 * @throws TreadleError with `code`, for the first problem: its path, the value, the rule and, for an unknown name,
 * the nearest known one
 */
export function parseOptions<Output>(
  schema: OptionsSchema<Output>,
  given: unknown,
  { operation, code }: { readonly operation: string; readonly code: string },
): Output {
  const result = parse(schema, given)
  if ('data' in result) return result.data
  throw new TreadleError(code, `${operation}: ${sentence(result.problem)}`)
}

/**
 * What is wrong with a value that comes from a file, by a schema of zod.
 * @returns one sentence with path, value and rule; undefined for a value that fits
 */
export function describeProblem(schema: OptionsSchema<unknown>, value: unknown): string | undefined {
  const result = parse(schema, value)
  return 'data' in result ? undefined : sentence(result.problem)
}

function parse<Output>(
  schema: OptionsSchema<Output>,
  value: unknown,
): { data: Output } | { problem: Problem } {
  try {
    const result = schema.safeParse(value, { error: explainIssue, reportInput: true })
    if (result.success) return { data: result.data }
    return { problem: problemsOf(result.error.issues as readonly SchemaIssue[])[0] as Problem }
  } catch (error) {
    return { problem: unreadable(value, error) }
  }
}

/** The fields of an object, without calling its getters. A proxy that was revoked has none. */
function fieldsOf(value: unknown): [string, PropertyDescriptor][] {
  try {
    return Object.entries(Object.getOwnPropertyDescriptors(value))
  } catch {
    return []
  }
}

/** zod throws where it meets a promise, and where a getter or a proxy of the input throws. */
function unreadable(value: unknown, error: unknown): Problem {
  const promise = fieldsOf(value).find(([, { value: held }]) => held instanceof Promise)
  if (promise) {
    const [name, { value: held }] = promise
    return { path: [name], value: held, rule: 'must be a value, not a promise: await it' }
  }
  return { path: [], value, rule: `the options cannot be read: ${String(error)}` }
}

function sentence({ path, rule, value }: Problem): string {
  const where = path.length === 0 ? '' : `\`${pathText(path)}\``
  if (rule.startsWith('must')) return `${where || 'the value'} (=${show(value)}) ${rule}`
  return where ? `${where}: ${rule}` : rule
}

/** `learningRate.warmup`, `units[1]`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key),
    '',
  )
}

/**
 * The problems behind zod's issues. Of an alternative that failed, those of the branch that came furthest: a wrong
 * field of an object says more than "not a number". If the object belongs to no branch, the message names a field whose
 * name is close to a known one.
 */
export function problemsOf(issues: readonly SchemaIssue[]): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const branches = issue.errors?.filter((branch) => branch.length > 0) ?? []
    const all = branches.map((branch) => problemsOf(branch)).sort((a, b) => rank(b) - rank(a))
    const misspelt = all.flat().find(({ rule }) => /^there is no field .* Did you mean/.test(rule))
    const inner = misspelt && all.every((each) => depth(each) === 0) ? [misspelt] : all[0]
    if (inner && (depth(inner) > 0 || !issue.message.startsWith('must'))) {
      return inner.map((problem) => ({ ...problem, path: [...issue.path, ...problem.path] }))
    }
    return [{ path: issue.path, rule: issue.message, value: valueOf(issue) }]
  })
}

/** A rule about several fields is reported with their object and the path of one of them. */
function valueOf({ code, path, input }: SchemaIssue): unknown {
  const key = path.at(-1)
  const isParent =
    (code === 'custom' || code === 'invalid_union') &&
    key !== undefined &&
    input !== null &&
    typeof input === 'object'
  return isParent && Object.hasOwn(input, key) ? (input as Record<PropertyKey, unknown>)[key] : input
}

/** By its depth; of two, a wrong name in a list of names says more than another kind of value. */
function rank(problems: readonly Problem[]): number {
  const [first] = problems
  const isName = typeof first?.value === 'string' && first.rule.startsWith('must be one of')
  return depth(problems) + (isName ? 0.5 : 0)
}

/**
 * How far into the value the first problem lies; an unknown or missing field lies one level below its object. An object
 * that lacks a field and has an unknown one is of another form.
 */
function depth(problems: readonly Problem[]): number {
  const [problem] = problems
  if (!problem) return 0
  const isOtherForm =
    problem.rule === 'must be given.' && problems.some(({ rule }) => rule.startsWith('there is no field'))
  if (isOtherForm) return 0
  return problem.path.length + (/^must be (a|an|one) /.test(problem.rule) ? 0 : 1)
}

/**
 * Words an issue, as the `error` parameter of zod's `parse`. Messages that a schema gives itself come first.
 */
export function explainIssue(issue: RawIssue): string | undefined {
  const { code, input, inst } = issue
  const details = issue as Readonly<Record<string, unknown>>
  switch (code) {
    case 'unrecognized_keys': {
      const [key] = details['keys'] as [string]
      const known = Object.keys(definitionOf(inst).shape ?? {})
      const near = didYouMean(key, known, (name) => `\`${name}\``)
      return `there is no field \`${key}\`.${near || ` The fields are ${known.join(', ')}.`}`
    }
    case 'invalid_value':
      return oneOf(details['values'] as readonly unknown[], input)
    case 'invalid_union': {
      const options = details['options'] as readonly unknown[] | undefined
      if (!options) return undefined
      const key = details['discriminator'] as string
      return oneOf(options, (input as Record<string, unknown>)[key])
    }
    case 'invalid_type':
      return input === undefined ? 'must be given.' : `must be ${article(details['expected'] as string)}.`
    case 'too_small':
      return `must be ${limit(details, 'minimum', 'at least', 'greater than')}.`
    case 'too_big':
      return `must be ${limit(details, 'maximum', 'at most', 'less than')}.`
    default:
      return undefined
  }
}

function definitionOf(inst: unknown): { readonly shape?: object } {
  return (inst as { _zod?: { def?: { shape?: object } } } | undefined)?._zod?.def ?? {}
}

function oneOf(values: readonly unknown[], given: unknown): string {
  const names = values.map(String)
  const near = typeof given === 'string' ? didYouMean(given, names, (name) => `'${name}'`) : ''
  return `must be ${names.length > 1 ? 'one of ' : ''}${names.join(', ')}.${near}`
}

const KINDS: Readonly<Record<string, string>> = {
  number: 'a finite number',
  int: 'a whole number',
  string: 'a string',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
}

function article(kind: string): string {
  return KINDS[kind] ?? kind
}

function limit(
  details: Readonly<Record<string, unknown>>,
  key: string,
  inclusive: string,
  exclusive: string,
) {
  const words = details['inclusive'] ? inclusive : exclusive
  const unit = details['origin'] === 'array' ? ' items long' : ''
  return `${words} ${String(details[key])}${unit}`
}
