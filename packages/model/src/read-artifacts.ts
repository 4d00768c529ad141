import { TreadleError, checkArgument, isTreadleError, show } from '@treadle/core'
import type { io } from '@tensorflow/tfjs-core'
import { openFiles, sha256Hex } from '#platform'
import { filesInHandle } from './directory-handle.ts'
import type { DirectoryHandle } from './directory-handle.ts'
import { bufferOf, joined } from './joined.ts'
import { filesAmong, filesAt, notFound } from './model-files.ts'
import type { ModelFiles } from './model-files.ts'
import { badFile, bytesOf, parseModelJson, parseWeightSpecs } from './model-json.ts'
import type { WeightGroup, WeightSpec } from './model-json.ts'

/**
 * Where a model comes from: the path of its folder or of its model.json (in a browser, relative to the page), an
 * address, files by name (`File`s that a person chose; a record of names and `Blob`s), a directory handle, an
 * address that tfjs has a handler for (`indexeddb://name`), or any tfjs `IOHandler`.
 */
export type ModelSource =
  | string
  | URL
  | readonly File[]
  | Readonly<Record<string, Blob>>
  | DirectoryHandle
  | io.IOHandler

/** What has been read and checked as far as it can be without building the network. */
export interface CheckedArtifacts {
  readonly location: string
  readonly topology: Readonly<Record<string, unknown>>
  readonly specs: readonly WeightSpec[]
  /** Reads the bytes of all weights, in the order of `specs`. @throws TreadleError `MODEL_…` */
  readonly readData: () => Promise<ArrayBuffer>
  readonly metadata?: Readonly<Record<string, unknown>>
  readonly trainingConfig?: Readonly<Record<string, unknown>>
}

const MODEL_JSON_LIMIT = 64 * 2 ** 20

/** The handler of tfjs for an address, if there is one. */
export type HandlerOf = (address: string) => Promise<io.IOHandler | undefined>

/** Reads a model's artifacts and checks that they fit together. @throws TreadleError `MODEL_…` */
export async function readArtifacts(
  source: ModelSource,
  handlerOf: HandlerOf,
  signal?: AbortSignal,
): Promise<CheckedArtifacts> {
  const opened = await open(source, handlerOf, signal)
  return reading(signal, async () => {
    const artifacts = 'readModelJson' in opened ? await fromFiles(opened) : await fromHandler(opened)
    return { ...artifacts, readData: () => reading(signal, artifacts.readData) }
  })
}

async function reading<Result>(
  signal: AbortSignal | undefined,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read()
  } catch (cause) {
    if (isTreadleError(cause) || signal?.aborted) throw cause
    throw new TreadleError('MODEL_READ_FAILED', `Reading the model failed: ${(cause as Error).message}`, {
      cause,
    })
  }
}

/** The same artifacts, whose data are read once. */
export function withDataKept(artifacts: CheckedArtifacts): CheckedArtifacts {
  let data: Promise<ArrayBuffer> | undefined
  return { ...artifacts, readData: () => (data ??= artifacts.readData()) }
}

async function open(
  source: ModelSource,
  handlerOf: HandlerOf,
  signal: AbortSignal | undefined,
): Promise<ModelFiles | io.IOHandler> {
  if (typeof source === 'string' || source instanceof URL) return openAddress(source, handlerOf, signal)
  if (typeof source !== 'object' || source === null) {
    throw new TreadleError(
      'MODEL_BAD_SOURCE',
      `Loading a model: the source (=${show(source)}) must be a path, an address, files, a directory handle or a handler of TensorFlow.js.`,
    )
  }
  if (Array.isArray(source)) {
    checkArgument('Loading a model', 'source', source, [{ name: 'string' }], 'MODEL_BAD_SOURCE')
    return filesAmong(new Map((source as File[]).map((file) => [file.name, file])))
  }
  if ('load' in source && typeof source.load === 'function') return source
  if ('getFileHandle' in source) return filesInHandle(source as DirectoryHandle)
  return filesAmong(new Map(Object.entries(source as Record<string, Blob>)))
}

async function openAddress(
  source: string | URL,
  handlerOf: HandlerOf,
  signal: AbortSignal | undefined,
): Promise<ModelFiles | io.IOHandler> {
  const address = String(source)
  if (/^https?:\/\//i.test(address)) return filesAt(new URL(address), signal)
  if (/^[a-z][a-z+.-]+:\/\//.test(address) && !address.startsWith('file:')) {
    const handler = await handlerOf(address)
    if (handler !== undefined) return handler
    throw notFound('model', `${address} (nothing here reads such an address)`)
  }
  const files = await openFiles(source)
  return files instanceof URL ? filesAt(files, signal) : files
}

async function fromFiles(files: ModelFiles): Promise<CheckedArtifacts> {
  const json = parseModelJson(await files.readModelJson(MODEL_JSON_LIMIT), files.location)
  return {
    location: files.location,
    topology: json.modelTopology,
    specs: json.weightsManifest.flatMap((group) => group.weights) as WeightSpec[],
    readData: async () => {
      const data: Uint8Array[] = []
      for (const group of json.weightsManifest) data.push(await readGroup(files, group))
      return bufferOf(joined(data, Uint8Array))
    },
    ...(json.userDefinedMetadata ? { metadata: json.userDefinedMetadata } : {}),
    ...(json.trainingConfig ? { trainingConfig: json.trainingConfig } : {}),
  }
}

/** Reads the files of one group of weights. A file is never read past what the group can hold. */
async function readGroup(files: ModelFiles, { paths, weights, sha256 }: WeightGroup): Promise<Uint8Array> {
  const expected = (weights as WeightSpec[]).reduce((sum, weight) => sum + bytesOf(weight), 0)
  const shards: Uint8Array[] = []
  let left = expected
  for (const path of paths) {
    const bytes = await files.readShard(path, left)
    left -= bytes.byteLength
    shards.push(bytes)
  }
  const data = joined(shards, Uint8Array)
  const names = paths.join(', ') || 'no file'
  if (data.byteLength !== expected) {
    throw badFile(
      files.location,
      `${names} has ${data.byteLength} bytes where its manifest promises ${expected}. Save or copy the model again`,
    )
  }
  if (sha256 !== undefined && sha256Hex(bufferOf(data)) !== sha256) {
    throw badFile(
      files.location,
      `${names} is not the file that model.json was saved with (its SHA-256 differs). Save or copy the model again`,
    )
  }
  return data
}

async function fromHandler(handler: io.IOHandler): Promise<CheckedArtifacts> {
  const location = 'the given handler'
  const artifacts = await handler.load?.()
  const topology = artifacts?.modelTopology
  if (typeof topology !== 'object' || topology === null || topology instanceof ArrayBuffer) {
    throw badFile(location, 'it gives no network of layers (`modelTopology`)')
  }
  const specs = parseWeightSpecs(artifacts?.weightSpecs ?? [], location)
  const data = await wholeData(artifacts as io.ModelArtifacts)
  const expected = specs.reduce((sum, spec) => sum + bytesOf(spec), 0)
  if (data.byteLength !== expected) {
    throw badFile(location, `it gives ${data.byteLength} bytes of weights where it promises ${expected}`)
  }
  // A copy as JSON: building writes into the configuration it is given.
  const { modelTopology, userDefinedMetadata, trainingConfig } = JSON.parse(
    JSON.stringify({ ...artifacts, weightData: undefined, weightSpecs: undefined }),
  ) as io.ModelArtifacts
  return {
    location,
    topology: modelTopology as Record<string, unknown>,
    specs,
    readData: async () => data,
    ...(userDefinedMetadata ? { metadata: userDefinedMetadata } : {}),
    ...(trainingConfig ? { trainingConfig: trainingConfig as unknown as Record<string, unknown> } : {}),
  }
}

async function wholeData({ weightData, getWeightStream }: io.ModelArtifacts): Promise<ArrayBuffer> {
  if (weightData !== undefined) {
    const parts = [weightData].flat().map((part) => new Uint8Array(part))
    return bufferOf(joined(parts, Uint8Array))
  }
  return getWeightStream === undefined
    ? new ArrayBuffer(0)
    : new Response(getWeightStream() as never).arrayBuffer()
}
