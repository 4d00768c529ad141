import type { ModelMetadata } from '@treadle/model'
import type { LayersModel } from '@tensorflow/tfjs-layers'

export interface ExportOptions {
  /**
   * JSON that the files state beside the network. `classNames` and `preprocessing` tell the receiver what the outputs
   * mean and how an image becomes the input. Default: the metadata that the model has.
   */
  readonly metadata?: ModelMetadata
}

/** Bytes by file name. A file that refers to others comes after them. */
export type ExportedFiles = Readonly<Record<string, Uint8Array>>

/** A format that models are exported to. Cheap to import: `write` loads the code that writes it. */
export interface ExportFormat {
  readonly name: string
  /** The extension of its one file, with the dot; undefined for a format of several files in a folder. */
  readonly extension: string | undefined
  /** What it is and who reads it, without a full stop. */
  readonly description: string
  /**
   * The files of a model, which needs no more than its weights to be readable: nothing is run.
   * @throws TreadleError `EXPORT_UNSUPPORTED` for a layer that the format cannot express, `MODEL_NOT_FINITE`,
   * `MODEL_BAD_METADATA`
   */
  write(model: LayersModel, options?: ExportOptions): Promise<ExportedFiles>
}
