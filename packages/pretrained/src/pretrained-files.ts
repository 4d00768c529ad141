import { TreadleError, checkOptions, didYouMean, show } from '@treadle/core'
import { readBytes } from '#platform'
import type { ModelCard } from './card.ts'
import { models, pretrainedModels } from './models.ts'

type Bytes = ArrayBuffer | ArrayBufferView<ArrayBuffer>

export interface PretrainedOptions {
  /**
   * The model's weights.bin or its address, for programs that do not find it in the package: in a single file, from
   * another server. It is models/NAME/weights.bin in this package.
   */
  readonly weights?: string | URL | Bytes | undefined
  /** Ends a download. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads the files of a model. They are a source for `Classifier.load` of @treadle/model, which needs no tfjs.
 *
 * @throws TreadleError `PRETRAINED_UNKNOWN_MODEL`, `MODEL_READ_FAILED`, `MODEL_BAD_FILE`, `MODEL_BAD_OPTION`
 * @example
 * await using classifier = await Classifier.load(await pretrainedFiles('wide-and-deep'))
 */
export async function pretrainedFiles(
  name: string,
  options: PretrainedOptions = {},
): Promise<Record<'model.json' | 'weights.bin', Blob>> {
  return (await readModel('pretrainedFiles', name, options)).files
}

/** What `pretrainedFiles` returns, and the card. @param operation begins messages about the arguments */
export async function readModel(operation: string, name: string, options: PretrainedOptions) {
  checkOptions(operation, options, { weights: 'any', signal: 'signal' })
  const model = models.find(({ card }) => card.name === name)
  if (model === undefined) throw unknownModel(operation, name)
  const { card, network } = model
  const source = options.weights ?? model.weights()
  const bytes = isBytes(source) ? source : await readWeights(operation, card, source, options.signal)
  if (bytes.byteLength !== card.weights.bytes) {
    throw new TreadleError(
      'MODEL_BAD_FILE',
      `${isBytes(source) ? '`weights`' : show(String(source))} has ${bytes.byteLength} bytes, and the weights of ${name} have ${card.weights.bytes}. ${remedy(card)}`,
    )
  }
  const json = JSON.stringify((await network()).default)
  return { card, files: { 'model.json': new Blob([json]), 'weights.bin': new Blob([bytes]) } }
}

async function readWeights(
  operation: string,
  card: ModelCard,
  address: string | URL,
  signal: AbortSignal | undefined,
): Promise<Bytes> {
  if (typeof address !== 'string' && !(address instanceof URL)) {
    throw new TreadleError(
      'MODEL_BAD_OPTION',
      `${operation}: \`weights\` (=${show(address)}) must be the bytes of weights.bin or its address.`,
    )
  }
  signal?.throwIfAborted()
  try {
    return await readBytes(new URL(address, globalThis.location?.href), signal)
  } catch (cause) {
    signal?.throwIfAborted()
    throw new TreadleError(
      'MODEL_READ_FAILED',
      `Reading the weights of ${card.name} from ${show(String(address))} failed: ${(cause as Error).message}. ${remedy(card)}`,
      { cause },
    )
  }
}

const remedy = ({ name }: ModelCard) =>
  `Serve models/${name}/weights.bin of this version of @treadle/pretrained, unchanged, and pass its bytes or its address as \`weights\`.`

/** Also of another realm. */
function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === '[object ArrayBuffer]'
}

function unknownModel(operation: string, name: unknown): TreadleError {
  const names = pretrainedModels.map((card) => card.name)
  const guess = typeof name === 'string' ? didYouMean(name, names) : ''
  return new TreadleError(
    'PRETRAINED_UNKNOWN_MODEL',
    `${operation}: there is no model ${show(name)}.${guess} The models are ${names.join(', ')}.`,
  )
}
