import { TreadleError, checkArgument, show } from '@treadle/core'
import { fieldReader } from './fields.ts'
import type { RunSummary } from './summary.ts'

type Test = (run: RunSummary) => boolean

const TOKENS = /\s*(?:([()])|(<=|>=|!=|=|<|>|~)|"([^"]*)"|'([^']*)'|([^\s()<>=!~"']+))/y
const LONGEST = 10_000
const DEEPEST = 50
const CODE = 'EXPERIMENT_BAD_QUERY'

interface Token {
  readonly kind: 'bracket' | 'operator' | 'text' | 'word'
  readonly text: string
}

/**
 * The runs for which an expression holds. Conditions `FIELD OPERATOR VALUE` are joined by `and`, `or` and parentheses;
 * `and` binds first. Operators: `=`, `!=`, `<`, `<=`, `>`, `>=`, and `~` for "contains". A value with spaces stands in quotes. A
 * condition on a field that a run lacks does not hold. Nothing of the expression is executed.
 *
 * @throws TreadleError `EXPERIMENT_BAD_QUERY`
 * @example
 * filterRuns(runs, 'test.accuracy > 0.88 and optimizer.name = adamw')
 */
export function filterRuns(runs: readonly RunSummary[], expression: string): RunSummary[] {
  checkRuns('filterRuns', runs)
  checkArgument('filterRuns', 'expression', expression, 'string', CODE)
  return runs.filter(parse(expression))
}

/**
 * The runs in the order of a field, `-FIELD` for the highest first. Runs without the field come last.
 * @throws TreadleError `EXPERIMENT_BAD_QUERY`
 */
export function sortRuns(runs: readonly RunSummary[], field: string): RunSummary[] {
  checkRuns('sortRuns', runs)
  checkArgument('sortRuns', 'field', field, 'string', CODE)
  const falling = field.startsWith('-')
  const read = fieldReader(falling ? field.slice(1) : field)
  return runs.toSorted((a, b) => {
    const [one, other] = [read(a), read(b)]
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined)
    const order = one < other ? -1 : one > other ? 1 : 0
    return falling ? -order : order
  })
}

function checkRuns(operation: string, runs: readonly RunSummary[]): void {
  checkArgument(operation, 'runs', runs, [{ location: 'string', state: 'string' }], CODE)
}

function parse(expression: string): Test {
  const tokens = tokensOf(expression)
  let at = 0
  const takesWord = (text: string): boolean => {
    const found = tokens[at]?.kind === 'word' && tokens[at]?.text.toLowerCase() === text
    if (found) at++
    return found
  }
  const isBracket = (text: string) => tokens[at]?.kind === 'bracket' && tokens[at]?.text === text
  const next = (kinds: readonly Token['kind'][], what: string): string => {
    const token = tokens[at++]
    if (token !== undefined && kinds.includes(token.kind)) return token.text
    throw bad(
      expression,
      `${what} is expected ${token === undefined ? 'at the end' : `before ${token.text}`}`,
    )
  }

  function any(depth: number): Test {
    const tests = [all(depth)]
    while (takesWord('or')) tests.push(all(depth))
    return (run) => tests.some((test) => test(run))
  }
  function all(depth: number): Test {
    const tests = [condition(depth)]
    while (takesWord('and')) tests.push(condition(depth))
    return (run) => tests.every((test) => test(run))
  }
  function condition(depth: number): Test {
    if (!isBracket('(')) {
      const field = next(['word'], 'a field')
      const operator = next(['operator'], 'an operator (= != < <= > >= ~)')
      return comparison(field, operator, next(['word', 'text'], 'a value'))
    }
    if (depth === DEEPEST) throw bad(expression, `there are more than ${DEEPEST} parentheses in one another`)
    at++
    const test = any(depth + 1)
    if (!isBracket(')')) throw bad(expression, 'a closing parenthesis is missing')
    at++
    return test
  }

  const test = any(0)
  if (at < tokens.length) throw bad(expression, `\`and\` or \`or\` is expected before ${tokens[at]?.text}`)
  return test
}

function tokensOf(expression: string): Token[] {
  if (expression.length > LONGEST) throw bad(expression, `it is longer than ${LONGEST} characters`)
  const tokens: Token[] = []
  const text = expression.trimEnd()
  TOKENS.lastIndex = 0
  while (TOKENS.lastIndex < text.length) {
    const from = TOKENS.lastIndex
    const found = TOKENS.exec(text)
    if (found === null)
      throw bad(expression, `it cannot be read from ${show(text.slice(from, from + 20))} on`)
    const [, bracket, operator, double, single, word] = found
    if (bracket !== undefined) tokens.push({ kind: 'bracket', text: bracket })
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'text', text: double ?? single ?? '' })
  }
  return tokens
}

function comparison(field: string, operator: string, text: string): Test {
  const read = fieldReader(field)
  const number = text.trim() === '' ? Number.NaN : Number(text)
  const compare: Record<string, (one: string | number, other: string | number) => boolean> = {
    '=': (one, other) => one === other,
    '!=': (one, other) => one !== other,
    '<': (one, other) => one < other,
    '<=': (one, other) => one <= other,
    '>': (one, other) => one > other,
    '>=': (one, other) => one >= other,
    '~': (one) => String(one).toLowerCase().includes(text.toLowerCase()),
  }
  const holds = compare[operator] as (one: string | number, other: string | number) => boolean
  return (run) => {
    const value = read(run)
    if (value === undefined) return false
    // A number compares with a number; a word such as `auto` in its place as text.
    return typeof value === 'number' && !Number.isNaN(number)
      ? holds(value, number)
      : holds(String(value), text)
  }
}

const bad = (expression: string, problem: string) =>
  new TreadleError(
    CODE,
    `The filter ${show(expression)} is not an expression: ${problem}. Write conditions such as test.accuracy > 0.88 and optimizer.name = adamw.`,
  )
