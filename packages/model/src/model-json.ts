import { TreadleError, describeProblem } from '@treadle/core'
import type { io } from '@tensorflow/tfjs-core'
import * as z from 'zod/mini'

const weightSchema = z.object({
  name: z.string().check(z.minLength(1)),
  shape: z.array(z.int().check(z.gte(0))).check(z.maxLength(8)),
  dtype: z.enum(['float32', 'int32', 'bool']),
  group: z.exactOptional(z.enum(['model', 'optimizer'])),
  quantization: z.exactOptional(
    z.object({
      dtype: z.enum(['uint8', 'uint16', 'float16']),
      scale: z.exactOptional(z.number()),
      min: z.exactOptional(z.number()),
    }),
  ),
})

const specsSchema = z.array(weightSchema)

const manifestSchema = z.array(
  z.object({
    paths: z.array(z.string()),
    weights: z.array(weightSchema),
    sha256: z.exactOptional(z.string().check(z.regex(/^[0-9a-f]{64}$/))),
  }),
)

const object = z.record(z.string(), z.unknown())

const modelJsonSchema = z.object({
  modelTopology: object,
  weightsManifest: manifestSchema,
  format: z.nullish(z.string()),
  userDefinedMetadata: z.nullish(object),
  trainingConfig: z.nullish(object),
})

export type ModelJson = z.infer<typeof modelJsonSchema>
export type WeightGroup = ModelJson['weightsManifest'][number]
export type WeightSpec = io.WeightsManifestEntry & z.infer<typeof weightSchema>

/**
 * Parses and checks a model.json: its form, the names in it, and that no path leaves the model's folder.
 * @throws TreadleError `MODEL_BAD_FILE`
 */
export function parseModelJson(bytes: Uint8Array, location: string): ModelJson {
  const json = parseJson(bytes, location)
  refuseUnsafe(json, location)
  if (typeof json === 'object' && json !== null && 'format' in json && json.format === 'graph-model') {
    throw badFile(
      location,
      'it is a graph model, made from a SavedModel; only layers models are loaded here. Load it with `loadGraphModel` of @tensorflow/tfjs-converter',
    )
  }
  const { data } = modelJsonSchema.safeParse(json)
  if (data === undefined)
    throw badFile(
      location,
      `it is no model.json of a TensorFlow.js layers model: ${describeProblem(modelJsonSchema, json)}`,
    )
  const paths = new Set<string>()
  for (const group of data.weightsManifest) {
    // Stock tfjs writes "./name.weights.bin".
    group.paths = group.paths.map((path) => path.replace(/^\.\//, ''))
    for (const path of group.paths) {
      checkPath(path, location)
      if (paths.has(path))
        throw badFile(location, `its manifest names the weight file ${JSON.stringify(path)} twice`)
      paths.add(path)
    }
  }
  checkWeightSpecs(data.weightsManifest.flatMap((group) => group.weights) as WeightSpec[], location)
  return data
}

/** Checks the weight specifications of artifacts that come from somewhere else than a file. */
export function parseWeightSpecs(specs: unknown, location: string): WeightSpec[] {
  const { data } = specsSchema.safeParse(specs)
  if (data === undefined)
    throw badFile(
      location,
      `its weight specifications are not TensorFlow.js's: ${describeProblem(specsSchema, specs)}`,
    )
  checkWeightSpecs(data, location)
  return data
}

/** Bytes that a weight takes in a file. */
export function bytesOf({
  shape,
  dtype,
  quantization,
}: Pick<WeightSpec, 'shape' | 'dtype' | 'quantization'>): number {
  const width = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 }[
    quantization?.dtype ?? dtype
  ]
  return shape.reduce((product, dimension) => product * dimension, width)
}

export function badFile(location: string, reason: string, cause?: unknown): TreadleError {
  return new TreadleError('MODEL_BAD_FILE', `Loading a model from ${location}: ${reason}.`, { cause })
}

function parseJson(bytes: Uint8Array, location: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    const start = new TextDecoder().decode(bytes.subarray(0, 24))
    throw badFile(
      location,
      `it is not JSON (it begins with ${JSON.stringify(start)}). Give the model.json of a saved model`,
      cause,
    )
  }
}

const MAX_DEPTH = 100

/** Names that mean something to every object would be taken for weights or layers by tfjs's own tables. */
function refuseUnsafe(value: unknown, location: string, depth = 0): void {
  if (depth > MAX_DEPTH) throw badFile(location, `it is nested more than ${MAX_DEPTH} deep`)
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__') throw badFile(location, 'it holds a key `__proto__`, which no saved model has')
    if (key === 'name' && typeof inner === 'string' && inner in Object.prototype) {
      throw badFile(
        location,
        `it holds the name \`${inner}\`, which every JavaScript object has. Rename that layer`,
      )
    }
    refuseUnsafe(inner, location, depth + 1)
  }
}

function checkPath(path: string, location: string): void {
  const parts = path.split('/')
  const stays =
    path !== '' &&
    !/[\\:\0?#]/.test(path) &&
    parts.every((part) => part !== '' && part !== '.' && part !== '..')
  if (!stays) {
    throw badFile(
      location,
      `its manifest names the weight file ${JSON.stringify(path)}; only files beside model.json, or below it, are read`,
    )
  }
}

function checkWeightSpecs(specs: readonly WeightSpec[], location: string): void {
  const seen = new Set<string>()
  for (const { name, group = 'model', dtype, quantization } of specs) {
    if (name in Object.prototype)
      throw badFile(location, `a weight has the name \`${name}\`, which every JavaScript object has`)
    if (seen.has(`${group} ${name}`)) throw badFile(location, `the weight \`${name}\` is there twice`)
    seen.add(`${group} ${name}`)
    if (quantization === undefined) continue
    const affine = quantization.dtype !== 'float16'
    const complete = !affine || (quantization.scale !== undefined && quantization.min !== undefined)
    if (!complete || dtype === 'bool' || (!affine && dtype !== 'float32')) {
      throw badFile(
        location,
        `the weight \`${name}\` is quantized in a way that cannot be undone (${dtype} by ${JSON.stringify(quantization)})`,
      )
    }
  }
}
