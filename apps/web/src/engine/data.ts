import type { ImageDataset, LabelledImages } from '@treadle/core'
import { fashionMnistInfo, loadFashionMnist, loadIdxFolder, type LoadOptions } from '@treadle/dataset'
import { dataOptions } from '@treadle/experiment'
import { wideAndDeepPublishedResult } from '@treadle/model'
import type { DataChoice, DataSummary, Settings } from './protocol.ts'
import { recipeOf } from './settings.ts'

/** Loads the chosen data. `full` without `download` uses only the browser's cache. */
export async function openData(choice: DataChoice, options: LoadOptions): Promise<ImageDataset> {
  if (choice.kind === 'sample') return loadFashionMnist({ ...options, source: 'sample' })
  if (choice.kind === 'files') return loadIdxFolder({ files: choice.files }, options)
  if (choice.kind === 'pictures') {
    // Their reader loads with the first of them.
    const { openPictures } = await import('./pictures.ts')
    return openPictures(choice.files, dataOptions(recipeOf(choice.settings, 'pictures')), options)
  }
  return loadFashionMnist({ ...options, source: choice.download ? 'download' : 'cache' })
}

/** Whether other settings give other data. */
export function settingsMatter(choice: DataChoice, settings: Settings): boolean {
  if (choice.kind !== 'pictures') return false
  return optionsText(choice.settings) !== optionsText(settings)
}

const optionsText = (settings: Settings): string =>
  JSON.stringify(dataOptions(recipeOf(settings, 'pictures')))

export function summarise(kind: DataChoice['kind'], data: ImageDataset): DataSummary {
  const sums = new Set(Object.values(data.source.sha256))
  const comparable = Object.values(fashionMnistInfo.files).every((file) => sums.has(file.sha256))
  const { name, source, classNames, train, test } = data
  return {
    kind,
    name,
    source,
    classNames,
    trainCount: train.count,
    findings: data.findings ?? [],
    test: detached(test),
    ...((comparable || source.kind === 'sample') && { reference: wideAndDeepPublishedResult }),
    comparable,
  }
}

/** A copy for a message, because one with a view would contain the whole buffer behind it. */
export const detached = (part: LabelledImages): LabelledImages => ({
  ...part,
  images: part.images.slice(),
  labels: part.labels.slice(),
})
