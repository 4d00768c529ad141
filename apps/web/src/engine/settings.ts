import { isTreadleError } from '@treadle/core'
import {
  DEFAULT_MODEL,
  type Recipe,
  commandLine,
  parseRecipe,
  recipeFields,
  withSetting,
} from '@treadle/experiment/recipe'
import { models } from '@treadle/model'
import { settleLearningRate } from '@treadle/optim'
import type { DataChoice, Setting, SettingProblem, Settings } from './protocol.ts'

const MODEL = 'model.name'
/** What the command's `--data` is for each choice of the page. The folder of a user's files is not known. */
const DATA: Readonly<Record<DataChoice['kind'], string>> = {
  sample: 'sample',
  full: 'auto',
  files: 'FOLDER',
  pictures: 'PICTURES',
}

/** What the page chooses elsewhere, and what needs a disk. */
const NOT_IN_FORM = ['data.name', 'data.cache', 'data.memory', 'training.snapshots']

/** The fields of a recipe that the form can set, for models that classify images. */
export function settingFields(): Setting[] {
  const names = [...models.values()].filter(({ task }) => task === 'classification').map(({ name }) => name)
  const fields: Setting[] = []
  for (const field of recipeFields()) {
    const { path } = field
    const { [MODEL]: ofModels = names } = field.when
    if (NOT_IN_FORM.includes(path) || !ofModels.some((name) => names.includes(name))) continue
    const label = labelOf(field.flag)
    if (path === MODEL) fields.push({ ...field, label, choices: names, default: DEFAULT_MODEL })
    else fields.push({ ...field, label })
  }
  return fields
}

/** The settings of each model's own recipe, which the form shows when the model is chosen. */
export function presetSettings(): Readonly<Record<string, Settings>> {
  return Object.fromEntries([...models.values()].map(({ name, recipe }) => [name, textsOf(recipe, '')]))
}

function textsOf(group: object | undefined, above: string): Settings {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(group ?? {})) {
    const path = `${above}${name}`
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      Object.assign(texts, textsOf(value as object, `${path}.`))
    else texts[path] = String(value)
  }
  return texts
}

/** `batch-size` → "Batch size". */
function labelOf(flag: string): string {
  const words = flag.replace(/^no-/, '').replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** @throws TreadleError `EXPERIMENT_BAD_RECIPE` */
export function recipeOf(
  settings: Settings,
  data: DataChoice['kind'],
  nameOf?: (path: string) => string,
): Recipe {
  let input: Readonly<Record<string, unknown>> = { model: DEFAULT_MODEL, data: DATA[data] }
  for (const [path, text] of Object.entries(settings)) {
    // How images are prepared is a matter of image files.
    if (data !== 'pictures' && path.startsWith('data.') && !path.startsWith('data.validation')) continue
    input = withSetting(input, path, text) as typeof input
  }
  // The form shows every setting of a run, those of the model's recipe included: a changed one must not come back.
  const shown = parseRecipe({ ...input, model: DEFAULT_MODEL }, nameOf)
  return parseRecipe({ ...shown, model: input['model'] }, nameOf)
}

/** The first problem of the settings, if there is one. */
export function problemOf(settings: Settings, data: DataChoice['kind']): SettingProblem | undefined {
  const labels = new Map(settingFields().map(({ path, label }) => [path, label]))
  // A message names the field that is wrong before any other.
  let wrong: string | undefined
  try {
    recipeOf(settings, data, (path) => labels.get((wrong ??= path)) ?? path)
    return undefined
  } catch (error) {
    if (!isTreadleError(error)) throw error
    return { path: wrong, message: error.message.replaceAll('`', '') }
  }
}

/** The command line that gives the same weights as `epochs` epochs of a run. */
export function commandOf(recipe: Recipe, epochs: number): string {
  const { training, optimizer } = recipe
  const learningRate = settleLearningRate(optimizer.learningRate, training.epochs)
  return commandLine({
    ...recipe,
    // A schedule without a length of its own depends on the epochs of the run; threads do not change the weights.
    optimizer: epochs === training.epochs ? optimizer : { ...optimizer, learningRate },
    training: { ...training, epochs, threads: 'auto' },
  })
}
