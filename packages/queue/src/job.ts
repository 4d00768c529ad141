import { createHash } from 'node:crypto'
import { TreadleError, isTreadleError, show } from '@treadle/core'
import { type Recipe, parseRecipe } from '@treadle/experiment/recipe'
import * as z from 'zod/mini'

/** The queue of BullMQ. All sweeps share it, and each worker takes from it. */
export const QUEUE = 'treadle'

const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/))

const jobSchema = z.strictObject({
  /** As `contract` gives it. */
  contract: z.string().check(z.maxLength(200)),
  /** Complete, except what does not change the result. Checked by the recipe's own schema. */
  recipe: z.json(),
  /** SHA-256 of the samples. */
  data: hash,
  /** Whether the model is tested. */
  test: z.boolean(),
  /** With `fastMath`: whether the processor of the sweep fuses. */
  fused: z.exactOptional(z.boolean()),
})

/** What a job of the queue holds. It is data only: nothing of it is executed, and nothing is a path. */
export type Job = Omit<z.infer<typeof jobSchema>, 'recipe'> & { readonly recipe: Recipe }

/** In bytes, as JSON. */
const LARGEST = 1_000_000

/** @throws TreadleError `QUEUE_OTHER_VERSION`, `QUEUE_BAD_JOB` */
export function parseJob(value: unknown, own: string): Job {
  // First: a job of another version may have other fields.
  const version = (value as { contract?: unknown } | null)?.contract
  if (typeof version === 'string' && version.length <= 200 && version !== own)
    throw new TreadleError(
      'QUEUE_OTHER_VERSION',
      `The job needs Treadle ${show(version)}, but this worker runs ${own}, whose results could have other bits. Run the same version of Treadle on all machines.`,
    )
  const text = JSON.stringify(value) ?? ''
  if (text.length > LARGEST) throw bad(`it has ${text.length} characters; ${LARGEST} are allowed`)
  const result = jobSchema.safeParse(value)
  if (!result.success) {
    const [issue] = result.error.issues
    throw bad(`"${issue?.path.join('.') ?? ''}" is wrong (${issue?.code ?? 'unknown'})`)
  }
  try {
    return { ...result.data, recipe: parseRecipe(result.data.recipe) }
  } catch (error) {
    if (!isTreadleError(error)) throw error
    throw bad(error.message)
  }
}

const bad = (why: string) =>
  new TreadleError('QUEUE_BAD_JOB', `The job is not one that this version adds to the queue: ${why}`)

/** The identity of a job and of its result: two jobs of one name have the same result, to the bit. */
export function jobId(job: Job): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(job)))
    .digest('hex')
}

/** The same for any order of keys. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, each]) => [key, sorted(each)]))
}

/** How a job ended, as its value in the queue. The files are in the store of checkpoints. */
export const jobEnd = z.object({ stopped: z.enum(['finished', 'early-stopping', 'aborted']) })

export type JobEnd = z.infer<typeof jobEnd>

const REASON = /^\[([A-Z][A-Z0-9_]*)\] (.*)$/s

/** An error as the reason of a failed job, and back. */
export const reasonOf = (error: unknown): string =>
  isTreadleError(error)
    ? `[${error.code}] ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error)

export function errorOf(reason: string): Error {
  const [, code, message] = REASON.exec(reason) ?? []
  return code === undefined || message === undefined
    ? new TreadleError('QUEUE_JOB_FAILED', reason)
    : new TreadleError(code, message)
}
