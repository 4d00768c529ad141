import { setFlagsFromString } from 'node:v8'
import { wideAndDeepClassifier } from '@treadle/model'
import { inspectRuntime, startRuntime, type Runtime } from '@treadle/runtime'
import { afterEach, expect, test } from 'vitest'
import { fit, train } from '../src/index.ts'
import { refusal } from '../src/testing/running.ts'
import { smallImages, weightBits } from '../src/testing/small.ts'

const options = { epochs: 3, batchSize: 16, seed: 1, executor: 'compiled' } as const
const rows = smallImages(90)
const build = () => wideAndDeepClassifier({ seed: 1, inputShape: [4, 5], classes: 3 })

let runtime: Runtime | undefined
afterEach(() => runtime?.dispose())

async function trained(fastMath: boolean, threads = 1) {
  runtime = await startRuntime({ threads, fastMath })
  expect(runtime.fastMath).toBe(fastMath)
  const model = build()
  const { history } = await fit(model, rows, { ...options, runtime })
  const weights = weightBits(model)
  await runtime.dispose()
  return { history, weights }
}

// The flag stays on for the tests below.
test('is an error without relaxed SIMD in the engine, and available with the V8 flag', async () => {
  if (!inspectRuntime().relaxedSimd) {
    const { code, message } = await refusal(() => startRuntime({ fastMath: true }))
    expect(code).toBe('RUNTIME_NO_RELAXED_SIMD')
    expect(message).toContain('--experimental-wasm-relaxed-simd')
    setFlagsFromString('--experimental-wasm-relaxed-simd')
  }
  expect(inspectRuntime().relaxedSimd).toBe(true)
})

test('trains to losses within 1e-4 of exact math, with the same bits for 1, 2 and 3 threads', async () => {
  const exact = await trained(false)
  const fast = await trained(true)
  exact.history.loss.forEach((loss, i) =>
    expect(Math.abs((fast.history.loss[i] as number) - loss)).toBeLessThan(1e-4 * loss),
  )
  expect(await trained(true, 2)).toEqual(fast)
  expect(await trained(true, 3)).toEqual(fast)
})

test('a run with fast math resumes only with fast math', async () => {
  runtime = await startRuntime({ threads: 1, fastMath: true })
  expect((await refusal(() => startRuntime({ fastMath: false }))).code).toBe('RUNTIME_ALREADY_STARTED')
  const before = await fit(build(), rows, { ...options, runtime })
  await runtime.dispose()
  runtime = await startRuntime({ threads: 1 })
  const { code, message } = await refusal(() =>
    train(build(), rows, { ...options, epochs: 4, resume: before.state() }),
  )
  expect(code).toBe('TRAINER_RESUME_MISMATCH')
  expect(message).toContain('fast math on')
})
