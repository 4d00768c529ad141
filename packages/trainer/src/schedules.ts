import { TreadleError } from '@treadle/core'
import { cosPi, exp, log } from './math.ts'

/**
 * A learning-rate schedule: what multiplies the optimizer's learning rate, by the position in epochs (2.5 is the
 * middle of the third epoch). Built-in ones are plain data, so that a resumed run can be held to the same schedule.
 */
export type Schedule = ConstantSchedule | StepDecay | ExponentialDecay | CosineDecay

export interface ConstantSchedule {
  readonly name: 'constant'
}
export interface StepDecay {
  readonly name: 'step'
  readonly factor: number
  readonly every: number
}
export interface ExponentialDecay {
  readonly name: 'exponential'
  readonly rate: number
  readonly every: number
}
export interface CosineDecay {
  readonly name: 'cosine'
  readonly epochs: number
  readonly warmup: number
  readonly final: number
}

/** Keeps the learning rate. */
export function constant(): ConstantSchedule {
  return { name: 'constant' }
}

/**
 * Multiplies by `factor` after each `every` epochs, at once.
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function stepDecay({ factor = 0.1, every }: { factor?: number; every: number }): StepDecay {
  check('stepDecay', { factor, every }, ['factor', 'every'])
  return { name: 'step', factor, every }
}

/**
 * Multiplies by `rate` within each `every` epochs, smoothly: rate^(epochs / every).
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function exponentialDecay({ rate, every = 1 }: { rate: number; every?: number }): ExponentialDecay {
  check('exponentialDecay', { rate, every }, ['rate', 'every'])
  return { name: 'exponential', rate, every }
}

/**
 * Rises in a line from 0 over `warmup` epochs, then falls along half a cosine to `final` (a fraction of the learning
 * rate) at the end of `epochs`, warm-up included, and stays there.
 * @throws TreadleError `TRAINER_BAD_SCHEDULE`
 */
export function cosineDecay({
  epochs,
  warmup = 0,
  final = 0,
}: {
  epochs: number
  warmup?: number
  final?: number
}): CosineDecay {
  check('cosineDecay', { epochs, warmup, final }, ['epochs'])
  if (warmup >= epochs) throw bad('cosineDecay', 'warmup', warmup, `less than \`epochs\` (=${epochs})`)
  return { name: 'cosine', epochs, warmup, final }
}

/**
 * The learning rate of one step, by + − × ÷ alone.
 * @param iteration steps taken before it in the whole run
 */
export function learningRateAt(
  schedule: Schedule,
  learningRate: number,
  iteration: number,
  stepsPerEpoch: number,
): number {
  return learningRate * factorAt(schedule, iteration, stepsPerEpoch)
}

function factorAt(schedule: Schedule, iteration: number, stepsPerEpoch: number): number {
  const epochs = iteration / stepsPerEpoch
  switch (schedule.name) {
    case 'constant':
      return 1
    case 'step': {
      let factor = 1
      for (let i = Math.floor(epochs / schedule.every); i > 0 && factor > 0; i--) factor *= schedule.factor
      return factor
    }
    case 'exponential':
      return exp((epochs / schedule.every) * log(schedule.rate))
    case 'cosine': {
      // The first step of a warm-up would stand still at 0, so warm-up counts the step being taken.
      const warmupSteps = schedule.warmup * stepsPerEpoch
      if (iteration < warmupSteps) return Math.min(1, (iteration + 1) / warmupSteps)
      const u = Math.min(1, (epochs - schedule.warmup) / (schedule.epochs - schedule.warmup))
      return schedule.final + (1 - schedule.final) * 0.5 * (1 + cosPi(u))
    }
  }
}

function check(name: string, values: Record<string, number>, positive: readonly string[]): void {
  for (const [key, value] of Object.entries(values)) {
    const least = positive.includes(key)
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || (least && value === 0)) {
      throw bad(name, key, value, least ? 'a number > 0' : 'a number ≥ 0')
    }
  }
}

function bad(name: string, key: string, value: unknown, rule: string): TreadleError {
  return new TreadleError('TRAINER_BAD_SCHEDULE', `${name}: \`${key}\` (=${String(value)}) must be ${rule}.`)
}
