/** Below this many operations a step is not worth a second part. */
const SMALL = 200_000
/** Parts that 1, 2, 4 and 8 threads can share evenly. */
const PARTS = 8
const MOST = 32
/** The least number of samples of a part where there are more than `PARTS`: their rows then fill a first-level cache. */
const SAMPLES = 8

/**
 * The number of parts that a step's samples are split into. It depends on no number of threads, so that sums are the
 * same for any.
 * @param work operations for each sample
 */
export function shardsFor(work: number, batchSize: number): number {
  if (work * batchSize < SMALL) return 1
  if (batchSize <= PARTS) return batchSize
  return Math.min(MOST, Math.max(PARTS, Math.floor(batchSize / SAMPLES / 8) * 8))
}
