import type { PlanRow } from '@treadle/compiler'
import { getBackend } from '@tensorflow/tfjs-core'
import { activeRuntime } from '@treadle/runtime'
import { Ansis } from 'ansis'
import { describe, expect, test } from 'vitest'
import { treadle } from '../../../test/test-context.ts'
import { planTable } from './table.ts'

interface Plan {
  model: string
  program: string
  batchSize: number
  flops: number
  productRate?: number
  rows: { layer: string; instruction: string; shape: string; flops: number; microseconds?: number }[]
}

const plan = async (...line: string[]) => {
  const { code, stdout, stderr } = await treadle(['plan', ...line, '--json'])
  expect({ code, errors: stderr.includes('error') }).toEqual({ code: 0, errors: false })
  return JSON.parse(stdout) as Plan
}

describe('treadle plan', () => {
  test('shows every instruction of a training step, aligned, with totals', async () => {
    const { code, stdout } = await treadle(['plan'], { columns: 200 })
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    const heading = lines.find((line) => line.includes('instruction')) as string
    const gemm = lines.filter((line) => line.includes(' gemm '))
    // 32 images of 28 rows through weights of 28 × 30, padded.
    expect(gemm.some((line) => /896×28 · 28×3[02]/.test(line))).toBe(true)
    expect(gemm.length).toBeGreaterThanOrEqual(2)
    for (const line of gemm) expect(line.indexOf(' gemm ')).toBe(heading.indexOf('instruction') - 1)
    const { rows, flops, productRate } = await plan()
    expect(productRate).toBeUndefined()
    expect(lines).toContainEqual(expect.stringContaining(`${rows.length} instructions`))
    expect(rows.reduce((sum, row) => sum + row.flops, 0)).toBe(flops)
    expect(rows.map(({ instruction }) => instruction)).toContain('adam')
    expect(stdout).not.toContain('GFLOP/s')
    expect(stdout).not.toContain('of product')
  })

  test.each(['wide-and-deep', 'wide-and-deep-regressor'])(
    'times %s, training and inference',
    async (model) => {
      for (const inference of [[], ['--inference']]) {
        const { rows, ...rest } = await plan(model, '--profile', '--batch-size', '5', ...inference)
        expect(rest).toMatchObject({
          model,
          batchSize: 5,
          program: inference.length === 0 ? 'training' : 'inference',
        })
        const times = rows.map(({ microseconds }) => microseconds as number)
        expect(times.every((value) => Number.isFinite(value) && value >= 0)).toBe(true)
        expect(Math.max(...times)).toBeGreaterThan(0)
        expect(rest.productRate).toBeGreaterThan(0)
        expect(rows.some(({ instruction }) => instruction === 'adam')).toBe(inference.length === 0)
      }
      const { stdout } = await treadle(['plan', model, '--profile'])
      expect(stdout).toContain('GFLOP/s')
    },
  )

  test('shows the rate of each profiled instruction as a share of that of a product', () => {
    const row = { phase: 0, serial: false, layer: 'd', bytes: 0, shape: '' }
    const rows: PlanRow[] = [
      // 20 GFLOP/s, nothing to compute, and 60 GFLOP/s of the direct method.
      { ...row, instruction: 'gemm', flops: 200_000, microseconds: 10 },
      { ...row, instruction: 'place', flops: 0, microseconds: 5 },
      { ...row, instruction: 'convolve', flops: 600_000, microseconds: 10, method: 'Winograd F(4×4)' },
    ]
    const sizes = { batchSize: 32, shards: 1, meetings: 1, arenaBytes: 1, unsharedBytes: 1 }
    const profiled = { ...sizes, rows, flops: 800_000, productRate: 40 }
    const colors = new Ansis(0)
    const text = planTable(profiled, { colors, columns: 80, isTTY: false })
    const [, ...lines] = text.split('\n')
    expect(lines.slice(0, 4).map((line) => line.trimEnd().split(/  +/).at(-1))).toEqual([
      '50 %',
      '5.0',
      '150 %',
      '80 %',
    ])
    expect(text).toContain('The product 896×32 · 32×32 reaches 40.0 GFLOP/s')
    expect(text).toContain('by Winograd it can exceed 100 %')
    expect(
      planTable({ ...profiled, rows: rows.slice(0, 2) }, { colors, columns: 80, isTTY: false }),
    ).not.toContain('Winograd')
  })

  test.each([80, 120])('fits a terminal of %i columns', async (columns) => {
    for (const more of [[], ['--profile']]) {
      const { stdout } = await treadle(['plan', ...more], { isTTY: true, columns })
      const [, , heading, ...lines] = stdout.split('\n').slice(0, -3)
      expect(heading).toMatch(more.length > 0 ? /instruction.*GFLOP\/s/ : /instruction.*kFLOPs/)
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns)
    }
  })

  test('disposes everything that it started', async () => {
    await plan('--inference')
    expect(activeRuntime()).toBeUndefined()
    expect(getBackend()).toBeFalsy()
  })

  test.each([
    [['plan', 'wide-and-deap'], 'There is no model wide-and-deap. Did you mean wide-and-deep?'],
    [['plan', '--batch-size', '0'], '`--batch-size` (=0) must be a whole number from 1 to 4096.'],
  ])('%j is refused', async (line, message) => {
    const { code, stderr } = await treadle(line)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
  })
})
