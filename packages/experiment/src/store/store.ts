import type { SaveTarget } from '@treadle/model'

/** A place that holds the files of one run: a folder, IndexedDB, or memory. Names are paths such as `model/model.json`. */
export interface RunStore {
  /** What messages and records call the place. */
  readonly location: string
  /**
   * Takes the place for a new run and writes its first file.
   * @param replace whether an earlier run is removed; it is removed once the new file is safe
   * @throws TreadleError `EXPERIMENT_RUN_EXISTS` unless the place is free, or holds a run and `replace` is given
   */
  claim(name: string, data: string, replace: boolean): Promise<void>
  /** @throws TreadleError `EXPERIMENT_RUN_EXISTS` if `claim` would */
  assertFree(replace: boolean): Promise<void>
  read(name: string): Promise<Uint8Array | undefined>
  /** Replaces one file as a whole: readers get the old content or the new, also after a crash. */
  write(name: string, data: string | Uint8Array): Promise<void>
  /** Appends to a file; once it resolves, a crash does not lose the text. */
  append(name: string, text: string): Promise<void>
  /** Where `saveModel` writes the model. */
  readonly modelTarget: SaveTarget
}
