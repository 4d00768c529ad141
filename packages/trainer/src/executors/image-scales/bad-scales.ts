import { TreadleError } from '@treadle/core'

export const badScales = (problem: string) =>
  new TreadleError('TRAINER_BAD_OPTION', `train: \`imageScales\` ${problem}`)
