import { join } from 'node:path'
import { TreadleError } from '@treadle/core'
import { readWholeFile, writeFileAtomic } from '@treadle/core/node'
import * as z from 'zod/mini'

/** Of the values of a metric over the seeds. */
const spread = z.object({
  mean: z.number(),
  /** Sample standard deviation. */
  sd: z.number(),
  /** The 95 % interval of the mean, by Student's t. */
  low: z.number(),
  high: z.number(),
})

const confirmation = z.object({
  /** The number of the trial that was the best. */
  trial: z.int(),
  /** When the test samples were used. */
  at: z.string(),
  runs: z.array(
    z.object({
      seed: z.int(),
      /** The run directory, relative to the folder of the sweep. */
      directory: z.string(),
      weightsSha256: z.string(),
      /** Metrics on the test samples. */
      test: z.record(z.string(), z.number()),
    }),
  ),
  /** By the name of the metric. */
  metrics: z.record(z.string(), spread),
})

/** How the best recipe of a sweep does over several seeds, on the test samples. */
export type Confirmation = z.infer<typeof confirmation>

const record = z.object({ format: z.literal(1), confirmations: z.array(confirmation) })

/** The file in the folder of a sweep. */
const FILE = 'confirmation.json'

/**
 * The confirmations of a sweep in their order: another one follows if a longer sweep finds a better trial.
 * @throws TreadleError `EXPERIMENT_BAD_CONFIRMATION`
 */
export async function readConfirmations(folder: string): Promise<readonly Confirmation[]> {
  const file = join(folder, FILE)
  try {
    return record.parse(JSON.parse(new TextDecoder().decode(await readWholeFile(file)))).confirmations
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    if (!(error instanceof SyntaxError) && !(error instanceof z.core.$ZodError)) throw error
    throw new TreadleError(
      'EXPERIMENT_BAD_CONFIRMATION',
      `${file} is not what a sweep writes: it was edited or is damaged. Remove it; --confirm then writes it again from the runs in the folder confirmation, without another test.`,
      { cause: error },
    )
  }
}

export const writeConfirmations = (folder: string, confirmations: readonly Confirmation[]): Promise<void> =>
  writeFileAtomic(join(folder, FILE), `${JSON.stringify({ format: 1, confirmations }, null, 2)}\n`)
