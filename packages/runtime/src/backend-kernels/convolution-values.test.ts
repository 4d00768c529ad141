import { test } from '@fast-check/vitest'
import * as tf from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { seed } from '../../test/compare.ts'
import {
  convolutionNoise,
  convolutionReference,
  eachProduct,
  geometries,
  outputShape,
} from '../../test/convolution-reference.ts'
import type { Geometry } from '../../test/convolution-reference.ts'
import { startRuntime } from '../index.ts'
import type { Runtime } from '../index.ts'

let runtime: Runtime
beforeAll(async () => {
  runtime = await startRuntime({ threads: 2 })
  await runtime.kernelPool()
})
afterAll(() => runtime.dispose())

/** The convolution and its gradients by their kernels, which take dilations in gradients too. */
function compute(geometry: Geometry, { x, filter, dy }: ReturnType<typeof convolutionNoise>) {
  const { inputShape, filterShape, strides, dilations, pad, depthwise } = geometry
  const name = depthwise ? 'DepthwiseConv2dNative' : 'Conv2D'
  const attributes = { strides, dilations, pad, dataFormat: 'NHWC', dimRoundingMode: 'floor' }
  const run = (kernel: string, inputs: Record<string, tf.Tensor>, more: object = {}) =>
    tf
      .engine()
      .runKernel<tf.Tensor>(kernel, inputs, { ...attributes, ...more })
      .dataSync<'float32'>()
  return tf.tidy(() => {
    const input = tf.tensor(x, inputShape)
    const weights = tf.tensor(filter, filterShape)
    const gradient = tf.tensor(dy, outputShape(geometry))
    return {
      y: run(name, { x: input, filter: weights }),
      dx: run(`${name}BackpropInput`, { dy: gradient, filter: weights }, { inputShape }),
      dw: run(`${name}BackpropFilter`, { x: input, dy: gradient }, { filterShape }),
    }
  })
}

/** The larger of the distances of two pixels in rows and columns. */
function apart(a: number[], b: number[]): number {
  return Math.max(...a.map((n, dimension) => Math.abs(n - (b[dimension] as number))))
}

describe.each([
  ['a convolution', false],
  ['a depthwise convolution', true],
])('%s', (_, depthwise) => {
  test.prop([geometries(depthwise), seed], { numRuns: 150 })(
    'and both of its gradients are those of the definition',
    (geometry, s) => {
      const values = convolutionNoise(geometry, s)
      const actual = compute(geometry, values)
      const expected = convolutionReference(geometry, values)
      for (const name of ['y', 'dx', 'dw'] as const) {
        const { sum, magnitude } = expected[name]
        expect(actual[name].length).toBe(sum.length)
        // Winograd's sums have terms of whole tiles: the largest sum of magnitudes bounds them.
        const bound = 2e-6 * magnitude.reduce((a, b) => Math.max(a, b), 0)
        const worst = sum.reduce((most, value, i) => {
          const error = Math.abs(value - (actual[name][i] as number))
          return error <= most ? most : error
        }, 0)
        expect(worst, name).toBeLessThanOrEqual(bound)
      }
    },
  )

  test.prop([geometries(depthwise), seed], { numRuns: 40 })(
    'is not finite where its kernel meets NaN or Infinity, and has the same bits as without elsewhere, or beyond a tile of Winograd',
    (geometry, s) => {
      const values = convolutionNoise(geometry, s)
      const clean = compute(geometry, values)
      const { x } = values
      const at = (s >>> 1) % x.length
      x[at] = s % 2 ? NaN : Infinity
      const { y, dw } = compute(geometry, values)
      const [batch, , , channels] = geometry.inputShape
      const met = { y: new Set<number>(), dw: new Set<number>() }
      eachProduct(geometry, (i, w, o) => {
        if (i !== at) return
        met.y.add(o)
        met.dw.add(w)
      })
      expect([...met.y].filter((o) => Number.isFinite(y[o]))).toEqual([])
      expect([...met.dw].filter((w) => Number.isFinite(dw[w]))).toEqual([])
      const image = (index: number, all: { length: number }): number =>
        Math.floor((index * batch) / all.length)
      const changed = Array.from(y.keys()).filter((o) => y[o] !== clean.y[o])
      expect(changed.filter((o) => image(o, y) !== image(at, x))).toEqual([])
      // Winograd's methods compute tiles of up to 4 × 4 pixels.
      const [, rows, columns, filters] = outputShape(geometry)
      const pixel = (o: number) => [
        Math.floor(o / filters / columns) % rows,
        Math.floor(o / filters) % columns,
      ]
      const [kernelHeight, kernelWidth, , outputs] = geometry.filterShape
      const tile = kernelHeight === 3 && kernelWidth === 3 && Math.min(channels, outputs) >= 16 ? 4 : 1
      const reached = [...new Set([...met.y].map((o) => Math.floor(o / filters)))].map((o) =>
        pixel(o * filters),
      )
      expect(
        changed.filter((o) => !met.y.has(o) && !reached.some((other) => apart(pixel(o), other) < tile)),
      ).toEqual([])
      const channel = (w: number): number => Math.floor(w / geometry.filterShape[3]) % channels
      const weights = Array.from(dw.keys()).filter((w) => dw[w] !== clean.dw[w])
      expect(weights.filter((w) => channel(w) !== at % channels)).toEqual([])
    },
  )
})
