import { type Batch, batchSize, dropoutRate } from './trace-input.ts'

/**
 * One training step of the baseline network in float64, written by hand from Keras's formulas. It shares no code with
 * the executors or with tfjs.
 */

const positions = 28
const inputs = 28
const units = 30
const classes = 10
const rows = batchSize * positions
const joined = inputs + units
const epsilon = 1e-3
const momentum = 0.99

/** Row-major arrays by the names in `weightNames`. */
export type Arrays = ReadonlyMap<string, Float32Array | Float64Array>

export interface State {
  readonly weights: Arrays
  /** Adam's first and second moments of the trainable weights. */
  readonly momentum: Arrays
  readonly velocity: Arrays
  /** Number of updates before this step. */
  readonly iteration: number
}

export interface Step {
  readonly loss: number
  readonly gradients: Map<string, Float64Array>
  readonly next: State
  /** Relu inputs whose sign may differ in float32. */
  readonly kinks: readonly Kink[]
}

/** One unit's relu input. Image rows with the same pixels, mostly black rows, share it. */
export interface Kink {
  readonly layer: string
  readonly unit: number
  readonly value: number
}

/** Relative to the sum of the terms' magnitudes: about fifteen float32 roundings, for sums of 30 inexact terms. */
const kinkWidth = 1e-6

function isOf(kinks: readonly Kink[], layer: string, unit: number, value: number): boolean {
  return kinks.some((kink) => kink.layer === layer && kink.unit === unit && kink.value === value)
}

/** C [m, n] = A [m, k] · B [k, n]. */
function matMul(a: Float64Array, b: ArrayLike<number>, m: number, k: number, n: number): Float64Array {
  const c = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p] as number
      if (factor !== 0) for (let j = 0; j < n; j++) c[i * n + j]! += factor * (b[p * n + j] as number)
    }
  return c
}

function transpose(a: ArrayLike<number>, m: number, n: number): Float64Array {
  return Float64Array.from({ length: m * n }, (_, i) => a[(i % m) * n + Math.floor(i / m)] as number)
}

/** Sums over the rows of A [m, n]. */
function sumRows(a: Float64Array, n: number): Float64Array {
  const sums = new Float64Array(n)
  a.forEach((value, i) => (sums[i % n]! += value))
  return sums
}

function array(arrays: Arrays, name: string): Float32Array | Float64Array {
  const found = arrays.get(name)
  if (!found) throw new Error(`The state has no ${name}.`)
  return found
}

/** @param flipped the kinks whose relu takes the other branch */
export function float64Step(
  state: State,
  batch: Pick<Batch, 'images' | 'labels' | 'mask'>,
  flipped: readonly Kink[] = [],
): Step {
  const weight = (name: string) => array(state.weights, name)
  const gradients = new Map<string, Float64Array>()
  const moving = new Map<string, Float64Array>()
  const kinks: Kink[] = []

  /** Dense and relu on each row, then BatchNormalization over all rows. `backward` maps row gradients to row gradients. */
  function block(x: Float64Array, width: number, dense: string, norm: string) {
    const kernel = weight(`${dense}/kernel`)
    const bias = weight(`${dense}/bias`)
    const before = matMul(x, kernel, rows, width, units).map(
      (value, i) => value + (bias[i % units] as number),
    )
    const sizes = matMul(x.map(Math.abs), kernel.map(Math.abs), rows, width, units)
    // Black pixel rows with untrained biases give exact zeros, in float32 too.
    before.forEach((value, i) => {
      const unit = i % units
      if (value === 0 || Math.abs(value) >= kinkWidth * sizes[i]! || isOf(kinks, dense, unit, value)) return
      kinks.push({ layer: dense, unit, value })
    })
    const passes = before.map((value, i) => Number(value > 0 !== isOf(flipped, dense, i % units, value)))
    const active = before.map((value, i) => value * passes[i]!)
    const mean = sumRows(active, units).map((sum) => sum / rows)
    const centred = active.map((value, i) => value - (mean[i % units] as number))
    const variance = sumRows(
      centred.map((value) => value * value),
      units,
    ).map((sum) => sum / rows)
    const scale = variance.map((value) => 1 / Math.sqrt(value + epsilon))
    const normal = centred.map((value, i) => value * (scale[i % units] as number))
    const gamma = weight(`${norm}/gamma`)
    const beta = weight(`${norm}/beta`)
    for (const [name, met] of [
      ['moving_mean', mean],
      ['moving_variance', variance],
    ] as const)
      moving.set(
        `${norm}/${name}`,
        met.map((value, i) => (weight(`${norm}/${name}`)[i] as number) * momentum + value * (1 - momentum)),
      )

    return {
      output: normal.map((value, i) => value * (gamma[i % units] as number) + (beta[i % units] as number)),
      backward(above: Float64Array): Float64Array {
        const betaGradient = sumRows(above, units)
        const gammaGradient = sumRows(
          above.map((value, i) => value * (normal[i] as number)),
          units,
        )
        gradients.set(`${norm}/gamma`, gammaGradient).set(`${norm}/beta`, betaGradient)
        const below = above.map((value, i) => {
          const unit = i % units
          if (passes[i] === 0) return 0
          const centredGradient =
            value - (betaGradient[unit]! + (normal[i] as number) * gammaGradient[unit]!) / rows
          return (gamma[unit] as number) * scale[unit]! * centredGradient
        })
        gradients.set(`${dense}/kernel`, matMul(transpose(x, rows, width), below, width, rows, units))
        gradients.set(`${dense}/bias`, sumRows(below, units))
        return matMul(below, transpose(kernel, width, units), rows, units, width)
      },
    }
  }

  const pixels = Float64Array.from(batch.images, (value) => value / 255)
  const first = block(pixels, inputs, 'dense_1', 'batch_normalization_1')
  const second = block(first.output, units, 'dense_2', 'batch_normalization_2')
  const kept = Float64Array.from(batch.mask, (value) => value / (1 - dropoutRate))
  const flat = new Float64Array(rows * joined)
  for (let row = 0; row < rows; row++) {
    flat.set(pixels.subarray(row * inputs, (row + 1) * inputs), row * joined)
    for (let unit = 0; unit < units; unit++) {
      const i = row * units + unit
      flat[row * joined + inputs + unit] = second.output[i]! * kept[i]!
    }
  }

  const features = positions * joined
  const outputKernel = weight('output/kernel')
  const outputBias = weight('output/bias')
  const logits = matMul(flat, outputKernel, batchSize, features, classes).map(
    (value, i) => value + (outputBias[i % classes] as number),
  )
  let loss = 0
  const above = new Float64Array(batchSize * classes)
  for (let image = 0; image < batchSize; image++) {
    const own = logits.subarray(image * classes, (image + 1) * classes)
    const largest = Math.max(...own)
    const powers = own.map((value) => Math.exp(value - largest))
    const total = powers.reduce((sum, value) => sum + value)
    const label = batch.labels[image] as number
    loss += (Math.log(total) + largest - own[label]!) / batchSize
    powers.forEach(
      (value, k) => (above[image * classes + k] = (value / total - (k === label ? 1 : 0)) / batchSize),
    )
  }

  gradients.set(
    'output/kernel',
    matMul(transpose(flat, batchSize, features), above, features, batchSize, classes),
  )
  gradients.set('output/bias', sumRows(above, classes))
  const flatGradient = matMul(above, transpose(outputKernel, features, classes), batchSize, classes, features)
  const dropped = new Float64Array(rows * units)
  for (let row = 0; row < rows; row++)
    for (let unit = 0; unit < units; unit++) {
      const i = row * units + unit
      dropped[i] = flatGradient[row * joined + inputs + unit]! * kept[i]!
    }
  first.backward(second.backward(dropped))
  const updated = adamUpdate(state, gradients)
  return { loss, gradients, next: { ...updated, weights: new Map([...updated.weights, ...moving]) }, kinks }
}

/**
 * Adam's lr·√(1−β₂ᵗ)/(1−β₁ᵗ) for step t, from 1, with every operation rounded to float32 as Keras computes it. The
 * rounding counts: 1 − β₂ᵗ cancels, which leaves the first steps' sizes off by up to 1e-5.
 */
function kerasStepSize(t: number): number {
  const { fround, sqrt } = Math
  const power = (beta: number) => fround(fround(beta) ** t)
  return fround(fround(fround(0.001) * fround(sqrt(fround(1 - power(0.999))))) / fround(1 - power(0.9)))
}

/** An update of Keras's Adam with its defaults: returns the new trainable weights and slots. */
export function adamUpdate(state: State, gradients: Arrays): State {
  const iteration = state.iteration + 1
  const rate = kerasStepSize(iteration)
  const next = { weights: new Map(), momentum: new Map(), velocity: new Map(), iteration }
  for (const [name, values] of gradients) {
    const gradient = Float64Array.from(values)
    const m = array(state.momentum, name)
    const v = array(state.velocity, name)
    const newM = gradient.map((g, i) => m[i]! + (g - m[i]!) * (1 - 0.9))
    const newV = gradient.map((g, i) => v[i]! + (g * g - v[i]!) * (1 - 0.999))
    next.momentum.set(name, newM)
    next.velocity.set(name, newV)
    next.weights.set(
      name,
      newM.map((value, i) => array(state.weights, name)[i]! - (rate * value) / (Math.sqrt(newV[i]!) + 1e-7)),
    )
  }
  return next
}
