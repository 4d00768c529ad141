import { checkOptions } from '@treadle/core'
import { decoderBinaries, type DecoderBinaries } from '@treadle/image'
import { wasmBinaries, type Runtime, type WasmBinaries } from '@treadle/runtime'
import { classMetadata, metadataKinds } from './class-metadata.ts'
import type { ClassMetadata, ClassMetadataOptions } from './class-metadata.ts'
import type { ClassifierNetwork } from './classifier-network.ts'
import { isNotCompiled, openCompiledNetwork } from './compiled-network.ts'
import type { NotCompiled } from './compiled-network.ts'
import { completeLimits, limitKinds, type CompleteLimits, type ModelLimits } from './model-limits.ts'
import { readArtifacts, withDataKept } from './read-artifacts.ts'
import type { CheckedArtifacts, HandlerOf, ModelSource } from './read-artifacts.ts'
import type { SavedModel } from './save-model.ts'
import type { SaveTarget } from './write-model.ts'

/** The binaries that a classifier may need. */
export interface ClassifierBinaries extends WasmBinaries, DecoderBinaries {}

export interface ClassifierLoadOptions extends ClassMetadataOptions, ModelLimits {
  /**
   * Where the network runs. Default: the active runtime if there is one and `threads` is not given, else memory of the
   * classifiers' own.
   */
  readonly runtime?: Runtime | undefined
  /** Threads of a classifier without a runtime: 1 (the default) to 8, or `auto` for one per core. */
  readonly threads?: 'auto' | number | undefined
  /**
   * The WebAssembly binaries as URL, bytes or `WebAssembly.Module`, where they are not beside the packages' files:
   * `kernels`, for a network with a layer that cannot be compiled also `simd`, for image files `jpeg` and `webp`.
   */
  readonly binaries?: ClassifierBinaries | undefined
  /** Stops a download. */
  readonly signal?: AbortSignal | undefined
}

const loadKinds = {
  ...metadataKinds,
  ...limitKinds,
  binaries: { ...wasmBinaries, ...decoderBinaries },
  runtime: 'object',
  signal: 'signal',
  threads: 'any',
} as const

/** What a classifier needs tfjs for. */
export interface Eager {
  /** The handler of tfjs for an address such as `indexeddb://name`. */
  readonly handlerOf: HandlerOf
  /** Opens a network that is not compiled. */
  open(
    artifacts: CheckedArtifacts,
    limits: CompleteLimits,
    options: ClassifierLoadOptions,
    why: NotCompiled,
  ): Promise<ClassifierNetwork>
  /** Saves the network of a file. */
  save(
    artifacts: CheckedArtifacts,
    limits: CompleteLimits,
    target: SaveTarget,
    metadata: Readonly<Record<string, unknown>>,
  ): Promise<SavedModel>
}

/**
 * Loads the network of a classifier, compiled if it can be.
 * @throws TreadleError what `Classifier.load` throws
 */
export async function loadNetwork(
  source: ModelSource,
  options: ClassifierLoadOptions,
  eager: Eager,
): Promise<{ network: ClassifierNetwork; metadata: ClassMetadata }> {
  checkOptions('Classifier.load', options, loadKinds)
  const { signal, maxParameters, maxBytes, maxOperations } = options
  const limits = completeLimits('Classifier.load', { maxParameters, maxBytes, maxOperations })
  const artifacts = withDataKept(await readArtifacts(source, eager.handlerOf, signal))
  signal?.throwIfAborted()
  const save: ClassifierNetwork['save'] = (target, metadata) =>
    eager.save(artifacts, limits, target, metadata)
  const compiled = await openCompiledNetwork(artifacts, limits, options, save)
  const network = isNotCompiled(compiled) ? await eager.open(artifacts, limits, options, compiled) : compiled
  try {
    signal?.throwIfAborted()
    const stored = network.stored as ClassMetadataOptions
    const metadata = classMetadata(network.model, {
      classNames: options.classNames ?? stored.classNames,
      preprocessing: options.preprocessing ?? stored.preprocessing,
      trainingStatistics: options.trainingStatistics ?? stored.trainingStatistics,
    })
    return { network, metadata }
  } catch (error) {
    await network.dispose()
    throw error
  }
}
