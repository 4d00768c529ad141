import type { Material } from '../material.ts'

export interface OpenOptions {
  /** Stops a request or the reading of a response. */
  readonly signal?: AbortSignal | undefined
}

/** A kind of object that holds an image. */
export interface ImageSource<Input> {
  matches(input: object): boolean
  /**
   * Without a promise where nothing is awaited.
   * @throws TreadleError `MODEL_BAD_IMAGE`, `MODEL_READ_FAILED`
   */
  open(input: Input, options: OpenOptions): Material | Promise<Material>
}
