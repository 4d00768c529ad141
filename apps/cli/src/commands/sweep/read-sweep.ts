import { readWholeFile } from '@treadle/core/node'
import { readRecipeText, valueAt, withSetting } from '@treadle/experiment/recipe'
import { type Sweep, parseSweep } from '@treadle/experiment/sweep'
import { basename, dirname, extname, resolve } from 'node:path'
import { dataOption } from '../../arguments/options.ts'

/**
 * Reads and checks the file of a sweep. Paths in it, of a recipe file and of data, are relative to the file.
 * @throws TreadleError `EXPERIMENT_BAD_SWEEP`, UsageError for data that do not exist, and the file system's errors
 */
export async function readSweepFile(path: string): Promise<Sweep> {
  const folder = dirname(path)
  const input = await withRecipeFile(await readText(path), folder)
  return withDataPaths(parseSweep(input, basename(path, extname(path))), folder)
}

const readText = async (path: string) =>
  readRecipeText(new TextDecoder().decode(await readWholeFile(path)), path)

/** `recipe: base.yaml` names a file. */
async function withRecipeFile(input: unknown, folder: string): Promise<unknown> {
  const recipe = valueAt(input, 'recipe')
  if (typeof recipe !== 'string' || !/\.(ya?ml|json)$/i.test(recipe)) return input
  return { ...(input as object), recipe: await readText(resolve(folder, recipe)) }
}

function withDataPaths(sweep: Sweep, folder: string): Sweep {
  const path = (name: unknown) => (typeof name === 'string' ? dataOption(name, folder) : name)
  const name = valueAt(sweep.recipe, 'data.name')
  const searched = sweep.search['data.name']
  return {
    ...sweep,
    ...(typeof name === 'string' && {
      recipe: withSetting(sweep.recipe, 'data.name', String(path(name))) as Sweep['recipe'],
    }),
    ...(searched !== undefined &&
      'choice' in searched && {
        search: { ...sweep.search, 'data.name': { ...searched, choice: searched.choice.map(path) as never } },
      }),
  }
}
