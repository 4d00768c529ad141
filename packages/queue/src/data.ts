import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Dataset, Samples } from '@treadle/core'
import { TreadleError } from '@treadle/core'
import { datasetNames } from '@treadle/dataset'
import { loadRunData } from '@treadle/experiment'
import type { Recipe } from '@treadle/experiment/recipe'

/** SHA-256 (hex) of all samples, with their shapes and names. */
export function dataChecksum(data: Dataset): string {
  const hash = createHash('sha256')
  const names = 'classNames' in data ? data.classNames : [data.featureNames, data.targetNames]
  hash.update(JSON.stringify(names))
  const validation = 'validation' in data ? data.validation : undefined
  for (const part of [data.train, validation, data.test]) addSamples(part)
  return hash.digest('hex')

  function addSamples(part: Samples | undefined): void {
    if (part === undefined) return void hash.update('none')
    const { kind, count, width } = part
    const [arrays, shape] =
      kind === 'images'
        ? [
            [part.images, part.labels],
            [count, part.height, width, part.channels],
          ]
        : [
            [part.features, part.targets],
            [count, width, part.outputs],
          ]
    hash.update(JSON.stringify([kind, shape]))
    if (kind === 'images' && part.stored)
      for (let at = 0; at < count; at++) hash.update(part.stored.read(at, at + 1))
    for (const { buffer, byteOffset, byteLength } of arrays)
      hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
}

/** The data of a recipe before folds, which running a recipe takes by itself. */
export const loadWhole = (recipe: Recipe, options?: Parameters<typeof loadRunData>[1]): Promise<Dataset> =>
  loadRunData({ ...recipe, data: { ...recipe.data, fold: '' } }, options)

/** By what the data that `loadWhole` loads differ. */
export const dataKey = ({ data, training }: Recipe): string =>
  // The seed chooses the test samples of folders that have none.
  JSON.stringify([{ ...data, fold: '' }, datasetNames.includes(data.name) ? undefined : training.seed])

/** The name of the data in a job: of built-in data as they were found, of others the last part of their path. */
export function portableName(name: string, { source }: Dataset): string {
  if (name === 'auto') return source.kind === 'sample' ? 'sample' : 'fashion-mnist'
  return datasetNames.includes(name) ? name : basename(name)
}

/**
 * Whether data of a job are in the folder of the worker's data.
 * @throws TreadleError `QUEUE_BAD_JOB` for a name that is not a plain name of a file
 */
export function isOwnData(name: string): boolean {
  if (datasetNames.includes(name)) return false
  // A path would reach whatever the worker may read.
  // oxlint-disable-next-line no-control-regex
  if (/^(?!\.)[^/\\:\u0000-\u001F]+$/.test(name) && name.length <= 255) return true
  throw new TreadleError(
    'QUEUE_BAD_JOB',
    `The job names the data ${JSON.stringify(name)}. A job may name ${datasetNames.join(', ')}, or a file or folder in --data-root by its plain name.`,
  )
}
