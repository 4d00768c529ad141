import {
  DEFAULT_MODEL,
  type Recipe,
  fieldAt,
  parseRecipe,
  readRecipeText,
  withFlags,
  withSetting,
} from '@treadle/experiment/recipe'
import { readWholeFile } from '@treadle/core/node'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../errors.ts'
import { dataOption } from './options.ts'

/** What a command line says about a recipe. */
interface RecipeArguments {
  readonly args: Readonly<Record<string, unknown>>
  /** Names of the arguments that were given. */
  readonly given: ReadonlySet<string>
  readonly cwd: string
}

const isRecipeFile = (text: string) => /\.(ya?ml|json)$/i.test(text)

/**
 * The recipe that a command line asks for: a recipe file or a model, changed by flags and by `--set`.
 * @throws TreadleError `EXPERIMENT_BAD_RECIPE`, and the file system's errors for a recipe file
 */
export async function readRecipe({ args, given, cwd }: RecipeArguments): Promise<Recipe> {
  // A base is for one kind of model.
  const word = given.has('model') ? String(args['model']) : given.has('base') ? 'transfer' : DEFAULT_MODEL
  const file = isRecipeFile(word) ? resolve(cwd, word) : undefined
  let input: unknown = { model: word }
  if (file !== undefined)
    input = await readRecipeText(new TextDecoder().decode(await readWholeFile(file)), word)
  // A file takes the place of the model's name; it has its own.
  const flags = Object.entries(args).filter(
    ([name]) => given.has(name) && !(name === 'model' && file !== undefined),
  )
  input = withFlags(input, Object.fromEntries(flags) as Record<string, string | boolean>)
  for (const setting of (args['set'] ?? []) as readonly string[])
    input = withSetting(input, ...readSetting(setting))
  return parseRecipe(input, (path) => nameOf(path, given, file !== undefined))
}

/**
 * The recipe with the paths of its data set and its base made absolute, so that a resumed run finds them from any
 * folder.
 * @throws UsageError if there is no such data set
 */
export function withDataPath(recipe: Recipe, { args, given, cwd }: RecipeArguments): Recipe {
  const word = String(args['model'])
  // A path in a recipe file is relative to the file.
  const folderOf = (flag: string) =>
    given.has('model') && isRecipeFile(word) && !given.has(flag) ? dirname(resolve(cwd, word)) : cwd
  const name = dataOption(recipe.data.name, folderOf('data'))
  const model = 'base' in recipe.model ? withBasePath(recipe.model, folderOf('base')) : recipe.model
  return { ...recipe, model, data: { ...recipe.data, name } }
}

/** An address such as `https://…` stays as it is. */
function withBasePath(model: Recipe['model'], folder: string): Recipe['model'] {
  const { base } = model as unknown as { readonly base: string }
  return /^[a-z][a-z+.-]+:\/\//i.test(base)
    ? model
    : ({ ...model, base: resolve(folder, base) } as Recipe['model'])
}

function readSetting(setting: string): [path: string, text: string] {
  const at = setting.indexOf('=')
  if (at > 0) return [setting.slice(0, at), setting.slice(at + 1)]
  throw new UsageError(`\`--set\` (=${setting}) must be PATH=VALUE, as in optimizer.learningRate=0.003.`)
}

/** A field as the user wrote it: by its flag, or by its path in a recipe file. */
function nameOf(path: string, given: ReadonlySet<string>, fromFile: boolean): string {
  const field = fieldAt(path)
  if (field === undefined || (fromFile && !given.has(field.flag))) return path
  return field.positional ? 'MODEL' : `--${field.flag}`
}
