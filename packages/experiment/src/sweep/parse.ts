import { TreadleError, didYouMean, isTreadleError, parseOptions, show } from '@treadle/core'
import { fieldAt, recipeFields } from '../recipe/fields.ts'
import { textOf } from '../recipe/flags.ts'
import { parseRecipe } from '../recipe/parse.ts'
import { longForm, valueAt, withValue } from '../recipe/paths.ts'
import type { Recipe } from '../recipe/schema.ts'
import { type Parameter, type Values, gridOf, isActive, parameterOf, valueAtShare } from './parameters.ts'
import { type Sweep, sweepSchema } from './schema.ts'

/** A larger grid is a mistake. */
const MOST_COMBINATIONS = 100_000

/**
 * Completes and checks a sweep: its own fields, and every searched value against the schema of the recipe.
 *
 * A recipe that does not say what validates gets `auto`, so that the test samples choose nothing.
 *
 * @param input anything that was read from a file
 * @param name of the study if the sweep has none
 * @throws TreadleError `EXPERIMENT_BAD_SWEEP`, with the field, the value and the rule
 */
export function parseSweep(input: unknown, name = 'sweep'): Sweep {
  const given = parseOptions(sweepSchema, input, { operation: 'The sweep', code: 'EXPERIMENT_BAD_SWEEP' })
  const long = longForm(typeof given.recipe === 'string' ? { model: given.recipe } : given.recipe)
  const says = (path: string) => Object.hasOwn(given.search, path) || valueAt(long, path) !== undefined
  const recipe = says('data.validation') ? long : withValue(long, 'data.validation', 'auto')
  const sweep = { name, ...given, recipe } as Sweep
  const parameters = sweepParameters(sweep)
  if (parameters.length === 0) throw bad('`search` has no fields. Name at least one field of the recipe.')
  for (const parameter of parameters) checkParameter(parameter, sweep, parameters)
  checkEnd(sweep, parameters)
  return sweep
}

/** The parameters of a sweep; one comes after those of its condition. @throws TreadleError `EXPERIMENT_BAD_SWEEP` */
export function sweepParameters({ search }: Pick<Sweep, 'search'>): Parameter[] {
  let left = Object.entries(search).map(([path, distribution]) => parameterOf(path, distribution))
  const ordered: Parameter[] = []
  while (left.length > 0) {
    const known = new Set(ordered.map(({ path }) => path))
    const [ready, waiting] = [true, false].map((isReady) =>
      left.filter(({ when }) => Object.keys(when).every((path) => known.has(path)) === isReady),
    ) as [Parameter[], Parameter[]]
    if (ready.length === 0) throw badCondition(waiting[0] as Parameter, search)
    ordered.push(...ready)
    left = waiting
  }
  return ordered
}

/** The complete recipe of a trial. @throws TreadleError `EXPERIMENT_BAD_RECIPE` */
export function trialRecipe({ recipe }: Pick<Sweep, 'recipe'>, values: Values): Recipe {
  return parseRecipe(
    Object.entries(values).reduce<unknown>((input, [path, value]) => withValue(input, path, value), recipe),
  )
}

function checkParameter(parameter: Parameter, sweep: Sweep, all: readonly Parameter[]): void {
  const { path, range, when } = parameter
  const name = `\`search.${path}\``
  checkField(path, range)
  for (const [other, values] of Object.entries(when)) {
    const found = all.find((each) => each.path === other)?.range
    const choices = found?.kind === 'choices' ? found.choices.map(textOf) : undefined
    const wrong = values.find((value) => !choices?.includes(textOf(value)))
    if (choices === undefined) throw bad(`${name}: \`when\` names ${other}, which has no \`choice\`.`)
    if (wrong !== undefined)
      throw bad(
        `${name}: \`when\` wants ${other} = ${show(wrong)}, which is not one of its choices ${choices.join(', ')}.`,
      )
  }
  if (range.kind === 'numbers') {
    if (!(range.low <= range.high))
      throw bad(`${name}: the lower bound ${range.low} is above the upper bound ${range.high}.`)
    if (range.isLog && range.low <= 0)
      throw bad(`${name}: a logarithmic range begins above 0, not at ${range.low}.`)
  }
  const ends =
    range.kind === 'choices' ? range.choices : [range.low, valueAtShare(parameter, 0.5), range.high]
  for (const value of ends) {
    try {
      trialRecipe(sweep, exampleWith(parameter, value, all))
    } catch (error) {
      if (!isTreadleError(error)) throw error
      throw new TreadleError(
        'EXPERIMENT_BAD_SWEEP',
        `${name} (=${show(value)}): ${error.message} If the field belongs to some choices only, add \`when\`.`,
        { cause: error },
      )
    }
  }
}

function checkField(path: string, range: Parameter['range']): void {
  const field = fieldAt(path)
  if (field === undefined || (field.path !== path && field.kind !== 'map')) {
    const known = recipeFields().map((each) => each.path)
    throw bad(`\`search.${path}\`: a recipe has no field ${path}.${didYouMean(path, known)}`)
  }
  if (range.kind === 'choices') return
  const isNumber = ['integer', 'number', 'map'].includes(field.kind)
  if (!isNumber) throw bad(`\`search.${path}\`: the field is not a number. Use \`choice\`.`)
  if (field.bounds.integer && range.step === undefined)
    throw bad(`\`search.${path}\`: the field is a whole number. Use \`int\`, \`logInt\` or \`choice\`.`)
}

/** Values of a trial in which a parameter is active and has a value. */
function exampleWith(parameter: Parameter, value: unknown, all: readonly Parameter[]): Values {
  const wanted = new Map<string, unknown>([[parameter.path, value]])
  const require = ({ when }: Parameter) => {
    for (const [path, [first]] of Object.entries(when)) {
      const other = all.find((each) => each.path === path) as Parameter
      const choices = other.range.kind === 'choices' ? other.range.choices : []
      if (!wanted.has(path))
        wanted.set(
          path,
          choices.find((choice) => textOf(choice) === textOf(first)),
        )
      require(other)
    }
  }
  require(parameter)
  const values: Record<string, unknown> = {}
  for (const each of all) {
    if (!isActive(each, values)) continue
    values[each.path] = wanted.has(each.path) ? wanted.get(each.path) : valueAtShare(each, 0)
  }
  return values
}

function checkEnd(
  { sampler, budget, objective, recipe, search }: Sweep,
  parameters: readonly Parameter[],
): void {
  if (sampler === 'grid') {
    const open = parameters.find(
      ({ range }) => range.kind === 'numbers' && range.step === undefined && range.points === undefined,
    )
    const openLog = parameters.find(
      ({ range }) => range.kind === 'numbers' && range.isLog && range.points === undefined,
    )
    const without = open ?? openLog
    if (without !== undefined)
      throw bad(`\`search.${without.path}\`: a grid needs \`points\`, the number of values.`)
    const combinations = parameters.reduce((product, parameter) => product * gridOf(parameter).length, 1)
    if (combinations > MOST_COMBINATIONS)
      throw bad(
        `The grid has ${combinations} combinations, more than ${MOST_COMBINATIONS}. Take fewer points, or another sampler.`,
      )
  } else if (budget.trials === undefined && budget.time === undefined) {
    throw bad(`The sampler ${sampler} does not end by itself. Give \`budget.trials\` or \`budget.time\`.`)
  }
  const validates = valueAt(recipe, 'data.validation') !== 'none' && !Object.hasOwn(search, 'data.validation')
  if (objective.metric.startsWith('val_') && !validates)
    throw bad(
      `The objective ${objective.metric} needs the same validation in every trial. Set \`recipe.data.validation\`.`,
    )
}

function badCondition({ path, when }: Parameter, search: Sweep['search']): TreadleError {
  const missing = Object.keys(when).find((other) => !Object.hasOwn(search, other))
  return missing === undefined
    ? bad(`\`search.${path}\`: the conditions of \`when\` form a circle.`)
    : bad(
        `\`search.${path}\`: \`when\` names ${missing}, which is not searched.${didYouMean(missing, Object.keys(search))}`,
      )
}

const bad = (message: string) => new TreadleError('EXPERIMENT_BAD_SWEEP', message)
