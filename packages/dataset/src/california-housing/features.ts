import { Purpose, RandomStream, type Table, TreadleError, permutation, show } from '@treadle/core'
import { californiaHousingInfo } from './info.ts'

/** The rows of the table: scikit-learn's eight features and the target, float64, not scaled. */
export interface HousingRows {
  /** Shape [count, 8]. */
  readonly features: Float64Array
  /** Median house value in 100,000 US dollars, shape [count]. */
  readonly targets: Float64Array
}

/** Mean and scale of each feature: standardised values are `(value − mean) / scale`. */
export interface Standardisation {
  readonly mean: readonly number[]
  /** Population standard deviation; 1 where a feature does not vary. */
  readonly scale: readonly number[]
}

const WIDTH = californiaHousingInfo.featureNames.length

/**
 * Derives scikit-learn's features from the original nine columns: rooms, bedrooms and occupants become averages per
 * household.
 * @throws TreadleError `DATASET_BAD_TABLE`
 */
export function housingRows(text: string, name: string): HousingRows {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const features = new Float64Array(lines.length * WIDTH)
  const targets = new Float64Array(lines.length)
  lines.forEach((line, row) => {
    const fields = line.split(',').map((field) => (field.trim() === '' ? Number.NaN : Number(field)))
    if (fields.length !== californiaHousingInfo.columns.length || !fields.every(Number.isFinite)) {
      throw new TreadleError(
        'DATASET_BAD_TABLE',
        `Reading ${name}: row ${row + 1} is ${JSON.stringify(line.slice(0, 120))}; a row must be ${californiaHousingInfo.columns.length} numbers separated by commas.`,
      )
    }
    const [longitude, latitude, age, rooms, bedrooms, population, households, income, value] = fields as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    features.set(
      [
        income,
        age,
        rooms / households,
        bedrooms / households,
        population,
        population / households,
        latitude,
        longitude,
      ],
      row * WIDTH,
    )
    targets[row] = value / 100_000
  })
  return { features, targets }
}

/** Indices of the training and test rows. */
export interface RowSplit {
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/**
 * Shuffles rows by seed. The first ⌈count · testFraction⌉ are the test rows, rounded as in scikit-learn.
 * @throws TreadleError `DATASET_BAD_OPTION`, `CORE_BAD_SEED`
 */
export function splitRows(count: number, seed: number, testFraction: number): RowSplit {
  const held = Math.ceil(count * testFraction)
  if (!(testFraction > 0 && testFraction < 1) || held >= count) {
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Loading California housing: \`testFraction\` (=${show(testFraction)}) must be between 0 and 1 and leave at least one training row.`,
    )
  }
  const order = permutation(count, new RandomStream(seed, Purpose.split))
  return { train: order.subarray(held), test: order.subarray(0, held) }
}

/** Standardises both parts by the mean and standard deviation of the training rows, in float64, then rounds to float32. */
export function standardise(
  rows: HousingRows,
  split: RowSplit,
): { train: Table; test: Table; standardisation: Standardisation } {
  const standardisation = standardisationOf(rows.features, split.train)
  const table = (indices: Uint32Array) => scaledTable(rows, indices, standardisation)
  return { train: table(split.train), test: table(split.test), standardisation }
}

function scaledTable(
  { features, targets }: HousingRows,
  rows: Uint32Array,
  { mean, scale }: Standardisation,
): Table {
  const scaled = new Float32Array(rows.length * WIDTH)
  rows.forEach((row, position) => {
    for (let column = 0; column < WIDTH; column++) {
      const value = features[row * WIDTH + column] as number
      scaled[position * WIDTH + column] = (value - (mean[column] as number)) / (scale[column] as number)
    }
  })
  const wanted = Float32Array.from(rows, (row) => targets[row] as number)
  return { kind: 'table', features: scaled, targets: wanted, count: rows.length, width: WIDTH, outputs: 1 }
}

function standardisationOf(features: Float64Array, rows: Uint32Array): Standardisation {
  const mean: number[] = []
  const scale: number[] = []
  for (let column = 0; column < WIDTH; column++) {
    const value = (row: number) => features[row * WIDTH + column] as number
    const centre = rows.reduce((sum, row) => sum + value(row), 0) / rows.length
    const variance =
      rows.reduce((sum, row) => sum + (value(row) - centre) * (value(row) - centre), 0) / rows.length
    mean.push(centre)
    scale.push(variance === 0 ? 1 : Math.sqrt(variance))
  }
  return { mean, scale }
}
