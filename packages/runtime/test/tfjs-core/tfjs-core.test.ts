import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { bundleTests } from './bundle.ts'

/** The result of each test of tfjs-core by name: `passed`, `pending`, or the reason of the failure. */
type Statuses = Record<string, string>

/**
 * Kernels that neither `wasm` nor `treadle-wasm` has: complex numbers, strings and ragged tensors. No layer of
 * tfjs-layers uses them, and no gradient of a layer does.
 */
const STILL_MISSING = /Kernel '(Complex|Ragged\w+|StaticRegexReplace)' not registered/

async function run(bundle: string, backend: 'wasm' | 'treadle-wasm'): Promise<Statuses> {
  const script = new URL('run.js', import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [script, bundle], {
    env: { ...process.env, TEST_BACKEND: backend },
    maxBuffer: 2 ** 26,
    timeout: 100_000,
  })
  // The stock backend prints unsupported operations.
  return JSON.parse(stdout.slice(stdout.lastIndexOf('\n{"') + 1)) as Statuses
}

/** Tests that expect values that are wrong. */
const WRONG_IN_TFJS = new Set([
  // The mean divides by the real pixels of a window, its gradient by all of them: not the derivative of the mean.
  'avgPool backend {} gradient x=[3,3,1] f=[3,3] s=1 p=explicit',
])

describe("tfjs-core's published tests on three threads and on stock wasm", () => {
  let stock: Statuses
  let treadle: Statuses
  beforeAll(async () => {
    const bundle = await bundleTests()
    stock = await run(bundle, 'wasm')
    treadle = await run(bundle, 'treadle-wasm')
  }, 250_000)

  const failed = (statuses: Statuses, name: string): boolean =>
    !['passed', 'pending', undefined].includes(statuses[name])
  const reasons = (names: string[]): string[] => names.map((name) => `${name}: ${treadle[name]}`)

  test.each([
    ['matmul', 50],
    ['conv2d', 30],
    ['conv2dTranspose', 5],
    ['depthwiseConv2d', 20],
    ['separableConv2d', 5],
    ['conv1d', 10],
    ['maxPool', 20],
    ['avgPool', 20],
    ['batchNorm', 15],
    ['gather', 15],
    ['unsortedSegmentSum', 3],
    ['gradients', 10],
    ['Optimizer', 15],
    ['confusionMatrix', 5],
  ])('tests of %s were run', (subject, least) => {
    const names = Object.keys(treadle).filter(
      (name) => name.toLowerCase().includes(subject.toLowerCase()) && treadle[name] === 'passed',
    )
    expect(names.length).toBeGreaterThanOrEqual(least)
  })

  test('both backends run the same tests', () => {
    expect(Object.keys(treadle).toSorted()).toEqual(Object.keys(stock).toSorted())
  })

  test('every test that passes on wasm passes on treadle-wasm', () => {
    expect(
      reasons(
        Object.keys(stock).filter(
          (name) => !failed(stock, name) && failed(treadle, name) && !WRONG_IN_TFJS.has(name),
        ),
      ),
    ).toEqual([])
  })

  test('tests that fail on wasm for a missing kernel pass on treadle-wasm', () => {
    const missing = Object.keys(stock).filter((name) =>
      /not registered for backend|not yet supported/.test(stock[name] as string),
    )
    expect(missing.length).toBeGreaterThan(50)
    expect(
      reasons(
        missing.filter((name) => failed(treadle, name) && !STILL_MISSING.test(treadle[name] as string)),
      ),
    ).toEqual([])
  })

  test('all tests of ops that training uses pass', () => {
    const subjects =
      /matmul|pool|conv3d|conv[12]d|conv2dtranspose|depthwise|separable|batchnorm|gather|unsortedsegmentsum|gradient|optimizer|clipbyvalue|einsum/i
    const other = /NCHW|ragged|complex|fft|string/i
    const wrong = Object.keys(treadle).filter(
      (name) => failed(treadle, name) && subjects.test(name) && !WRONG_IN_TFJS.has(name),
    )
    expect(reasons(wrong).filter((reason) => !other.test(reason))).toEqual([])
  })
})
