import type { Fields } from './fields.ts'

/** Dropout and the spatial dropouts, which drop whole channels. */
export interface DropoutConfig {
  readonly kind: 'Dropout'
  /** Probability that an element is dropped, in [0, 1). */
  readonly rate: number
  /** Shape of the mask, batch included; null takes the input's size, 1 shares the mask along that axis. */
  readonly noiseShape: readonly (number | null)[] | undefined
}

export function readDropout({ rate, noiseShape }: Fields): DropoutConfig {
  return {
    kind: 'Dropout',
    rate: Number(rate),
    noiseShape: (noiseShape as DropoutConfig['noiseShape'] | null) ?? undefined,
  }
}

/** Inputs of shape [batch, steps, channels]: each sample keeps or drops whole channels. */
export function readSpatialDropout1D(fields: Fields): DropoutConfig {
  return { ...readDropout(fields), noiseShape: [null, 1, null] }
}

/** Inputs of shape [batch, rows, columns, channels], or channels first: each sample keeps or drops whole channels. */
export function readSpatialDropout2D(fields: Fields): DropoutConfig {
  const first = fields['dataFormat'] === 'channelsFirst'
  return { ...readDropout(fields), noiseShape: first ? [null, null, 1, 1] : [null, 1, 1, null] }
}
