import {
  type LabelledImages,
  Purpose,
  RandomStream,
  type Samples,
  type Table,
  TreadleError,
  checkArgument,
  checkOptions,
  permutation,
  samplesProblem,
  show,
} from '@treadle/core'

export interface SplitOptions {
  /** Fraction of the samples in the held-back part, between 0 and 1. */
  readonly fraction: number
  /** An integer from 0 to 2³² − 1. */
  readonly seed: number
}

/**
 * Splits samples into two parts; the same seed gives the same split. The split of labelled images is stratified: each
 * class keeps its share, rounded to whole images by largest remainders. Both parts keep the original order.
 *
 * @returns copies; `validation` has ⌊count · fraction + ½⌋ samples
 * @throws TreadleError `DATASET_BAD_OPTION` unless both parts get at least one sample; `DATASET_BAD_SAMPLES`, `CORE_BAD_SEED`
 * @example
 * const { train, validation } = splitSamples(data.train, { fraction: 0.1, seed: 1 })
 */
export function splitSamples<T extends Samples>(
  samples: T,
  options: SplitOptions,
): { train: T; validation: T } {
  checkSamples('splitSamples', samples)
  checkOptions('splitSamples', options, { fraction: 'number', seed: 'number' })
  return splitWith(samples, options, false)
}

/** `splitSamples`, but every class keeps an image for training: a class of one image has none in the other part. */
export function holdOut(samples: LabelledImages, options: SplitOptions) {
  return splitWith(samples, options, true)
}

function splitWith<T extends Samples>(
  samples: T,
  { fraction, seed }: SplitOptions,
  keepOne: boolean,
): { train: T; validation: T } {
  const held = Math.floor(samples.count * fraction + 0.5)
  if (!(fraction > 0 && fraction < 1) || held < 1 || held >= samples.count) {
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Splitting ${samples.count} samples: \`fraction\` (=${show(fraction)}) must be between 0 and 1 and leave at least one sample in each part.`,
    )
  }
  const groups =
    samples.kind === 'images'
      ? groupByLabel(samples.labels)
      : [Uint32Array.from({ length: samples.count }, (_, i) => i)]
  const chosen = new Uint8Array(samples.count)
  shares(
    groups.map((group) => group.length),
    fraction,
    held,
    keepOne,
  ).forEach((share, index) => {
    const group = groups[index] as Uint32Array
    const order = permutation(group.length, new RandomStream(seed, Purpose.split, { stream: index }))
    for (const position of order.subarray(0, share)) chosen[group[position] as number] = 1
  })
  const indices = (wanted: number) => [...chosen.keys()].filter((index) => chosen[index] === wanted)
  return { train: selectSamples(samples, indices(0)), validation: selectSamples(samples, indices(1)) }
}

/** @throws TreadleError `DATASET_BAD_SAMPLES` unless types and lengths agree */
export function checkSamples(operation: string, samples: Samples): void {
  const problem = samplesProblem(samples, true, 0)
  if (problem !== undefined)
    throw new TreadleError('DATASET_BAD_SAMPLES', `${operation}: the samples: ${problem}`)
}

/**
 * Copies the samples at `indices`, in that order. An index may occur more than once. Of stored images nothing is read.
 * @throws TreadleError `DATASET_BAD_SAMPLES`, `DATASET_BAD_OPTION`
 */
export function selectSamples<T extends Samples>(samples: T, indices: ArrayLike<number>): T
export function selectSamples(samples: Samples, indices: ArrayLike<number>): Samples {
  checkSamples('selectSamples', samples)
  checkIndices(indices, samples.count)
  if (samples.kind === 'images') {
    const { images, stored, labels, height, width, channels } = samples
    const selected: LabelledImages = {
      ...samples,
      images: selectRows(images, stored ? 0 : height * width * channels, indices),
      ...(stored && { stored: stored.select(indices) }),
      labels: selectRows(labels, 1, indices),
      count: indices.length,
    }
    return selected
  }
  const { features, targets, width, outputs } = samples
  const selected: Table = {
    ...samples,
    features: selectRows(features, width, indices),
    targets: selectRows(targets, outputs, indices),
    count: indices.length,
  }
  return selected
}

function checkIndices(indices: ArrayLike<number>, count: number): void {
  checkArgument('selectSamples', 'indices', indices, 'numbers', 'DATASET_BAD_OPTION')
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number
    if (Number.isInteger(index) && index >= 0 && index < count) continue
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `selectSamples: \`indices[${i}]\` (=${show(index)}) must be an integer from 0 to ${count - 1}.`,
    )
  }
}

function selectRows<T extends Uint8Array | Int32Array | Float32Array>(
  values: T,
  stride: number,
  indices: ArrayLike<number>,
): T {
  const rows = new (values.constructor as new (length: number) => T)(indices.length * stride)
  for (let row = 0; row < indices.length; row++) {
    const start = (indices[row] as number) * stride
    rows.set(values.subarray(start, start + stride), row * stride)
  }
  return rows
}

/** The indices of the samples of each label, from 0 up. */
export function groupByLabel(labels: Int32Array): Uint32Array[] {
  const groups: number[][] = []
  for (const [index, label] of labels.entries()) {
    while (groups.length <= label) groups.push([])
    groups[label]?.push(index)
  }
  return groups.map((group) => Uint32Array.from(group))
}

/**
 * Distributes `total` over groups in proportion to their sizes, by largest remainders.
 * @param keepOne leaves each group at least one sample; the shares may then have a smaller sum
 */
function shares(sizes: readonly number[], fraction: number, total: number, keepOne: boolean): number[] {
  const quotas = sizes.map((size) => size * fraction)
  const most = (index: number) => (sizes[index] as number) - (keepOne ? 1 : 0)
  const whole = quotas.map((quota, index) => Math.max(0, Math.min(Math.floor(quota), most(index))))
  const byRemainder = [...sizes.keys()].sort(
    (a, b) =>
      (quotas[b] as number) - (whole[b] as number) - ((quotas[a] as number) - (whole[a] as number)) || a - b,
  )
  let left = total - whole.reduce((sum, share) => sum + share, 0)
  for (const index of byRemainder) {
    if (left <= 0) break
    if ((whole[index] as number) >= most(index)) continue
    whole[index] = (whole[index] as number) + 1
    left--
  }
  return whole
}
