import { TreadleError } from '@treadle/core'

/** Limits on gradients, in Keras's names. At most one of them. */
export interface Clipping {
  /** Scales each weight's gradient down to this L2 norm, weight by weight. */
  readonly clipnorm?: number
  /** Scales all gradients together down to this L2 norm. */
  readonly globalClipnorm?: number
}

export interface Sgd extends Clipping {
  readonly name: 'sgd'
  readonly learningRate: number
  readonly momentum: number
  readonly nesterov: boolean
}

interface AdamMoments extends Clipping {
  readonly learningRate: number
  /** Decay of the first moment. */
  readonly beta1: number
  /** Decay of the second moment. */
  readonly beta2: number
  /** Added to √v (Keras's place for it). */
  readonly epsilon: number
}

export interface Adam extends AdamMoments {
  readonly name: 'adam'
}

export interface AdamW extends AdamMoments {
  readonly name: 'adamW'
  /** Each step first takes weightDecay × learning rate of every trainable weight away. */
  readonly weightDecay: number
}

/** An optimizer as plain data: what `sgd()`, `adam()` and `adamW()` return. */
export type Optimizer = Sgd | Adam | AdamW

type Options<T> = Partial<Omit<T, 'name'>>

/**
 * Stochastic gradient descent, Keras's form: with momentum, m ← momentum·m − lr·g, then w ← w + m (or, by
 * Nesterov, w + momentum·m − lr·g).
 * @param options learningRate 0.01, momentum 0, nesterov false
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function sgd(options: Options<Sgd> = {}): Sgd {
  return checked({ name: 'sgd', learningRate: 0.01, momentum: 0, nesterov: false, ...options })
}

/**
 * Adam (Kingma and Ba, 2015), Keras's form: w ← w − m·lr·√(1−β₂ᵗ)/(1−β₁ᵗ) / (√v + ε).
 * @param options learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adam(options: Options<Adam> = {}): Adam {
  return checked({ name: 'adam', ...adamDefaults, ...options })
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019).
 * @param options those of `adam`, and weightDecay 0.004
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function adamW(options: Options<AdamW> = {}): AdamW {
  return checked({ name: 'adamW', ...adamDefaults, weightDecay: 0.004, ...options })
}

const adamDefaults = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }

/** The optimizer's memory for each trainable weight, by Keras's names. */
export function slotNames(optimizer: Optimizer): readonly string[] {
  if (optimizer.name === 'sgd') return optimizer.momentum > 0 ? ['momentum'] : []
  return ['momentum', 'velocity']
}

function checked<T extends Optimizer>(optimizer: T): T {
  const rules: Record<string, [rule: string, holds: (value: number) => boolean]> = {
    learningRate: ['a number ≥ 0', (v) => v >= 0],
    momentum: ['in [0, 1)', (v) => v >= 0 && v < 1],
    beta1: ['in [0, 1)', (v) => v >= 0 && v < 1],
    beta2: ['in [0, 1)', (v) => v >= 0 && v < 1],
    epsilon: ['a number > 0', (v) => v > 0],
    weightDecay: ['a number ≥ 0', (v) => v >= 0],
    clipnorm: ['a number > 0', (v) => v > 0],
    globalClipnorm: ['a number > 0', (v) => v > 0],
  }
  for (const [key, [rule, holds]] of Object.entries(rules)) {
    const value = (optimizer as unknown as Record<string, unknown>)[key]
    if (value === undefined) continue
    if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) {
      throw new TreadleError(
        'TRAINER_BAD_OPTIMIZER',
        `${optimizer.name}: \`${key}\` (=${JSON.stringify(value)}) must be ${rule}.`,
      )
    }
  }
  if (optimizer.clipnorm !== undefined && optimizer.globalClipnorm !== undefined) {
    throw new TreadleError(
      'TRAINER_BAD_OPTIMIZER',
      `${optimizer.name}: \`clipnorm\` limits each weight's gradient, \`globalClipnorm\` all of them together; give one of the two.`,
    )
  }
  return optimizer
}
