import {
  type Dataset,
  type ImageDataset,
  type LabelledImages,
  type Preprocessing,
  TreadleError,
} from '@treadle/core'
import { type Channels, borderMean, preprocess } from '@treadle/image'
import { digestSamples } from '../digests.ts'
import { type ContractOptions, contractOptionNames, contractParts } from './contract-options.ts'

/**
 * Images of arrays as the options ask for, with their contract. Data that have one, and data without images, are
 * returned as they are.
 *
 * @throws TreadleError `DATASET_UNUSED_OPTION` for options of images with a table, `DATASET_BAD_OPTION`
 */
export function preparedArrays<Data extends Dataset>(
  data: Data,
  options: ContractOptions & { readonly preprocessing?: Preprocessing | undefined },
): Data | ImageDataset {
  const given = [...contractOptionNames, 'preprocessing' as const].find((name) => {
    const value = options[name]
    return value !== undefined && value !== false
  })
  if (!('classNames' in data)) {
    if (given === undefined) return data
    throw new TreadleError(
      'DATASET_UNUSED_OPTION',
      `Loading ${data.name}: \`${given}\` (--${given}) is for images, and these data are a table. Leave it out.`,
    )
  }
  if (data.preprocessing !== undefined) return data
  const contract = given === undefined ? contractOfArrays(data) : askedFor(data, options)
  if (contract === undefined) return data
  if (contract.trainedOn === 'arrays') return { ...data, preprocessing: contract }
  return preparedBy(contract, data)
}

/**
 * The contract of grey arrays with light borders, which must not be inverted. For others it follows from the network's
 * input: images that are light on dark, as Fashion-MNIST, and colour images.
 */
function contractOfArrays({ train, test, validation }: ImageDataset): Preprocessing | undefined {
  if (train.channels !== 1 || ![train, test, ...(validation ? [validation] : [])].some(hasLightBorder))
    return undefined
  const { height, width } = train
  return {
    height,
    width,
    channels: 1,
    scale: 1 / 255,
    offset: 0,
    invert: false,
    trim: false,
    fit: 'contain',
    filter: 'area',
    margin: 0,
    background: 'auto',
    trainedOn: 'arrays',
  }
}

function hasLightBorder(part: LabelledImages): boolean {
  const { images, count, height, width } = part
  for (let sample = 0; sample < count; sample++) {
    const data = images.subarray(sample * height * width, (sample + 1) * height * width)
    if ((borderMean({ data, width, height, channels: 1 })[0] as number) > 127.5) return true
  }
  return false
}

function askedFor(
  { train, name }: ImageDataset,
  options: ContractOptions & { readonly preprocessing?: Preprocessing | undefined },
): Preprocessing | undefined {
  const { preprocessing } = options
  if (preprocessing !== undefined) {
    const { height, width, channels, trainedOn } = preprocessing
    const fits = train.height === height && train.width === width && train.channels === channels
    // Arrays of the network's size are what it was trained on.
    return fits && trainedOn === 'arrays' ? preprocessing : { ...preprocessing, trainedOn: 'files' }
  }
  if (![1, 3, 4].includes(train.channels))
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Loading ${name}: images of ${train.channels} channels cannot be resized or converted.`,
    )
  const { size = train, channels = train.channels === 1 ? 1 : 3, background, rest } = contractParts(options)
  const { height, width } = size
  return { height, width, channels, background: background ?? '#000000', ...rest }
}

function preparedBy(contract: Preprocessing, data: ImageDataset): ImageDataset {
  const { height, width, channels } = contract
  const stride = height * width * channels
  const prepare = (part: LabelledImages): LabelledImages => {
    const from = part.height * part.width * part.channels
    const images = new Uint8Array(part.count * stride)
    for (let sample = 0; sample < part.count; sample++) {
      const picture = {
        width: part.width,
        height: part.height,
        channels: part.channels as Channels,
        data: part.images.subarray(sample * from, (sample + 1) * from),
      }
      images.set(preprocess(picture, contract).data, sample * stride)
    }
    return { ...part, images, height, width, channels }
  }
  const [train, test] = [prepare(data.train), prepare(data.test)]
  const validation = data.validation && { validation: prepare(data.validation) }
  // The files' checksums stay: the recipe says how the images were prepared.
  const sha256 = { ...data.source.sha256, ...digestSamples({ train, test, ...validation }) }
  return { ...data, train, test, ...validation, preprocessing: contract, source: { ...data.source, sha256 } }
}
