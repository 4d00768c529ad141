import { checkOptions, TreadleError, didYouMean, show } from '@treadle/core'
import { checkModel } from '@treadle/keras'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { ExportOptions, ExportedFiles } from './format.ts'
import { formats } from './formats/index.ts'

/**
 * Writes a model in another format, in memory.
 * @param format one of the names in `formats`
 * @returns the bytes of each file by its name
 * @throws TreadleError `EXPORT_UNKNOWN_FORMAT`; `EXPORT_UNSUPPORTED` for a layer that the format cannot express;
 * `MODEL_NOT_FINITE`, `MODEL_BAD_METADATA`, `MODEL_NOT_A_MODEL`
 * @example
 * const { 'model.onnx': bytes } = await exportModel(model, 'onnx')
 */
export async function exportModel(
  model: LayersModel,
  format: string,
  options: ExportOptions = {},
): Promise<ExportedFiles> {
  checkOptions('exportModel', options, { metadata: 'object' })
  checkModel('exportModel', model)
  const found = formats.find(({ name }) => name === format)
  if (found !== undefined) return found.write(model, options)
  const names = formats.map(({ name }) => name)
  throw new TreadleError(
    'EXPORT_UNKNOWN_FORMAT',
    `exportModel: the format (=${show(format)}) must be one of ${names.join(', ')}.${typeof format === 'string' ? didYouMean(format, names) : ''}`,
  )
}
