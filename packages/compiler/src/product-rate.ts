import { referenceProduct } from '@treadle/kernels'

const RUNS = 200

/**
 * What one thread of this machine reaches at best in products: the rate of our product of 896×32 and 32×32, whose operands fit
 * the first-level cache. The rates of a profiled plan are shares of it.
 *
 * @returns GFLOP/s, by the median time of 200 products after a warm-up
 * @throws TreadleError `KERNELS_NOT_LOADED`
 */
export async function productRate(): Promise<number> {
  const { flops, run } = await referenceProduct()
  for (let i = 0; i < RUNS; i++) run()
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now()
    run()
    return performance.now() - start
  })
  return flops / (times.sort((a, b) => a - b)[RUNS / 2] as number) / 1e6
}
