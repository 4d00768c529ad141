import { checked, fraction, type OptimizerOptions, type OptimizerRule } from './optimizer.ts'

export interface Sgd extends OptimizerOptions {
  readonly name: 'sgd'
  readonly momentum: number
  readonly nesterov: boolean
}

/**
 * Stochastic gradient descent, Keras's form: with momentum, m ← momentum·m − lr·g, then w ← w + m (or, by
 * Nesterov, w + momentum·m − lr·g).
 * @param options learningRate 0.01, momentum 0, nesterov false
 * @throws TreadleError `TRAINER_BAD_OPTIMIZER`
 */
export function sgd(options: Partial<Omit<Sgd, 'name'>> = {}): Sgd {
  return checked(
    { name: 'sgd', learningRate: 0.01, momentum: 0, nesterov: false, ...options },
    { momentum: fraction },
  )
}

const f = Math.fround

export const sgdRule: OptimizerRule<Sgd> = {
  slots: ({ momentum }) => (momentum > 0 ? ['momentum'] : []),

  stepSize: (_clock, _optimizer, learningRate) => f(learningRate),

  plain({ momentum, nesterov }) {
    if (momentum === 0) {
      return ({ weights: w, gradients: g }, lr) => {
        for (let i = 0; i < w.length; i++) w[i] = f((w[i] as number) - f((g[i] as number) * lr))
      }
    }
    const mu = f(momentum)
    return ({ weights: w, gradients: g, slots }, lr) => {
      const m = slots['momentum'] as Float32Array
      for (let i = 0; i < w.length; i++) {
        const step = f((g[i] as number) * lr)
        const moved = f(f((m[i] as number) * mu) - step)
        m[i] = moved
        w[i] = f((w[i] as number) + (nesterov ? f(f(moved * mu) - step) : moved))
      }
    }
  },

  emit(emit, { momentum, nesterov }, operands, slots) {
    emit.emit('sgd', { ...operands, first: slots['momentum'] ?? 0, momentum, nesterov: nesterov ? 1 : 0 })
  },
}
