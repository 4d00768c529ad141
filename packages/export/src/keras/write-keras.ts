import type { LayersModel } from '@tensorflow/tfjs-layers'
import { strToU8, zipSync } from 'fflate'
import { describeInput } from '../describe-input.ts'
import { exportedJson } from '../exported-json.ts'
import type { ExportOptions, ExportedFiles } from '../format.ts'
import { networkConfig } from './network-config.ts'
import { encodeWeights } from './weights-file.ts'

/** The version of Keras whose dialect the files have. */
const KERAS_VERSION = '3.15.1'

/** The earliest time that a zip file can state. */
const ZIP_EPOCH = '1980-01-01'

/**
 * The `.keras` file of a model: a zip of config.json, metadata.json and model.weights.h5. Keras reads the first two
 * keys of metadata.json; `treadle` holds the model's own metadata. HDF5 stores the time of writing.
 */
export async function writeKeras(
  model: LayersModel,
  { metadata = model.getUserDefinedMetadata() ?? {} }: ExportOptions = {},
): Promise<ExportedFiles> {
  const config = networkConfig(model)
  const described = describeInput(metadata)
  const files = {
    'metadata.json': strToU8(
      exportedJson({
        keras_version: KERAS_VERSION,
        date_saved: new Date().toISOString().slice(0, 19).replace('T', '@'),
        treadle: { ...metadata, ...(described !== undefined && { input: described }) },
      }),
    ),
    'config.json': strToU8(exportedJson(config)),
    'model.weights.h5': await encodeWeights(model),
  }
  // Keras stores the files without compression.
  return { 'model.keras': zipSync(files, { level: 0, mtime: ZIP_EPOCH }) }
}
