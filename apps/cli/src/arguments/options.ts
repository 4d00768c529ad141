import { didYouMean } from '@treadle/core'
import { datasetNames } from '@treadle/dataset'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { WeightsChoice } from '@treadle/experiment'
import { UsageError } from '../errors.ts'
import { wholeNumber } from './values.ts'

/** @throws UsageError */
export function weightsOption(text: string | undefined): WeightsChoice | undefined {
  if (text === undefined || text === 'best' || text === 'last') return text
  if (/^\d+$/.test(text)) return wholeNumber('--weights', text, { min: 1 })
  throw new UsageError(
    `\`--weights\` (=${text}) must be best, last or the number of an epoch.${didYouMean(text, ['best', 'last'])}`,
  )
}

/**
 * A data set's name, or the absolute path of a folder or file, so that a resumed run finds it from any folder.
 * @throws UsageError
 */
export function dataOption(text: string, cwd: string): string {
  if (datasetNames.includes(text)) return text
  const path = resolve(cwd, text)
  if (existsSync(path)) return path
  throw new UsageError(
    `There are no data ${text}. Give a folder, a file or one of ${datasetNames.join(', ')}.${didYouMean(text, datasetNames)}`,
  )
}
