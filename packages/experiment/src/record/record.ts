import { TreadleError } from '@treadle/core'
import * as z from 'zod/mini'
import { type Recipe, recipeSchema } from '../recipe/schema.ts'
import { fromFormat1 } from './format-1.ts'

/** The format of `run.json` that this version writes. It is raised when older versions cannot read it any more. */
export const RECORD_FORMAT = 2

const count = z.int().check(z.gte(0))
const notNegative = z.number().check(z.gte(0))
const metrics = z.record(z.string(), z.number())

const source = z.object({
  kind: z.enum(['folder', 'archive', 'file', 'cache', 'system', 'download', 'sample', 'memory']),
  location: z.exactOptional(z.string()),
  sha256: z.record(z.string(), z.string()),
})

const model = z.object({
  name: z.string(),
  layers: z.readonly(
    z.array(
      z.object({
        name: z.string(),
        type: z.string(),
        outputShape: z.readonly(z.array(z.nullable(count))),
        parameters: count,
        connectedTo: z.readonly(z.array(z.string())),
      }),
    ),
  ),
  parameters: z.object({ total: count, trainable: count, nonTrainable: count }),
})

const preprocessing = z.object({
  height: count,
  width: count,
  channels: z.union([z.literal(1), z.literal(3)]),
  scale: z.number(),
  offset: z.number(),
  invert: z.union([z.boolean(), z.literal('auto')]),
  trim: z.boolean(),
  fit: z.enum(['crop', 'pad', 'contain', 'stretch']),
  filter: z.enum(['area', 'bilinear']),
  margin: count,
  background: z.string(),
  trainedOn: z.enum(['files', 'arrays']),
})

const finding = z.object({
  code: z.string(),
  level: z.enum(['note', 'warning']),
  message: z.string(),
  files: z.exactOptional(
    z.readonly(z.array(z.object({ name: z.string(), reason: z.exactOptional(z.string()) }))),
  ),
})

const dataset = z.object({
  name: z.string(),
  /** What the samples are, with the names of what is predicted: classes, or targets. */
  kind: z.enum(['images', 'table']),
  names: z.readonly(z.array(z.string())),
  source,
  train: count,
  test: count,
  validation: z.exactOptional(count),
  /** Images of each class, in the order of the names; absent in runs of earlier versions. */
  classCounts: z.exactOptional(
    z.object({
      train: z.readonly(z.array(count)),
      validation: z.exactOptional(z.readonly(z.array(count))),
      test: z.readonly(z.array(count)),
    }),
  ),
  /** How the images were prepared; absent if that follows from the network's input, and in runs of earlier versions. */
  preprocessing: z.exactOptional(preprocessing),
  /** What was decided or left out when the data were loaded, and what looks wrong. */
  findings: z.exactOptional(z.readonly(z.array(finding))),
  /** Sizes of the image files, with their number. */
  sizes: z.exactOptional(z.readonly(z.array(z.readonly(z.tuple([z.string(), z.int()]))))),
})

/** Files by name, each with the SHA-256 (hex) of its content. Two or more: a crash may have left any of them. */
const files = z.record(z.string(), z.readonly(z.array(z.string())))
export type RunFiles = z.infer<typeof files>

/** Everything about a run except samples and weights: the content of `run.json`. */
const runRecord = z.object({
  format: z.literal(RECORD_FORMAT),
  status: z.enum(['running', 'finished', 'early-stopping', 'aborted', 'failed']),
  /** Why a failed run failed. */
  error: z.exactOptional(z.string()),
  /** The process that trains in this directory while the status is `running`. */
  process: z.exactOptional(
    z.object({
      pid: z.int(),
      host: z.string(),
      /** In clock ticks since the start of the machine; 0 where the system does not tell. */
      start: z.exactOptional(z.int()),
      /** A random name of its hold of the directory. */
      token: z.exactOptional(z.string()),
    }),
  ),
  /** The files that the run wrote, with the SHA-256 of their content; absent in runs of earlier versions. */
  files: z.exactOptional(files),
  /** The files of an earlier run that this one replaces and that are still to be removed. */
  replaces: z.exactOptional(files),
  /** The command line that repeats the run. */
  command: z.string(),
  startedAt: z.string(),
  /** Time spent on training, over all resumes. */
  seconds: notNegative,
  /** What decided the run, complete: with it and the data, the run can be repeated to the bit. */
  recipe: recipeSchema,
  model,
  /** The model that a new head was trained on; absent in other runs. */
  base: z.exactOptional(z.object({ name: z.string(), weightsSha256: z.string() })),
  dataset,
  backend: z.object({
    name: z.string(),
    simd: z.boolean(),
    threads: z.int().check(z.gte(1)),
    fastMath: z.exactOptional(z.boolean()),
    wideSimd: z.exactOptional(z.boolean()),
  }),
  executor: z.string(),
  versions: z.record(z.string(), z.string()),
  /** Metrics of the trained model on the test samples. */
  test: z.exactOptional(metrics),
  weightsSha256: z.exactOptional(z.string()),
})

export type RunRecord = Omit<z.infer<typeof runRecord>, 'recipe'> & { readonly recipe: Recipe }

/**
 * Reads `run.json`, also in format 1.
 * @param location what messages call it
 * @throws TreadleError `EXPERIMENT_RUN_INVALID`
 */
export function parseRecord(text: string, location: string): RunRecord {
  const value = parseJson(text, location)
  const format = (value as { format?: unknown } | null)?.format
  if (typeof format === 'number' && format > RECORD_FORMAT) {
    throw invalid(
      `${location} has format ${format}; this version of treadle reads formats up to ${RECORD_FORMAT}. Update treadle.`,
    )
  }
  return checked(runRecord, format === 1 ? fromFormat1(value) : value, location) as RunRecord
}

/** @throws TreadleError `EXPERIMENT_RUN_INVALID` */
export function parseJson(text: string, location: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw invalid(`${location} is not complete JSON: it is damaged, or another program wrote it.`)
  }
}

/** @throws TreadleError `EXPERIMENT_RUN_INVALID` */
export function checked<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
  location: string,
): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const where = issue === undefined || issue.path.length === 0 ? 'its content' : `"${issue.path.join('.')}"`
  throw invalid(
    `${location} is not what treadle writes: ${where} is wrong (${issue?.code ?? 'unknown'}). It was edited, is damaged, or belongs to another program.`,
  )
}

const invalid = (message: string) => new TreadleError('EXPERIMENT_RUN_INVALID', message)
