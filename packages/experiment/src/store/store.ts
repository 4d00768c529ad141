/** A process that writes a run. */
export interface RunOwner {
  readonly pid: number
  readonly host: string
  /** When it began, in clock ticks since the start of the machine; 0 where the system does not tell. */
  readonly start?: number
  /** A random name of this hold of the run. */
  readonly token?: string
}

/** The right to write a run, which one holder has at a time. */
export interface RunLock {
  /** The process, where processes have numbers. */
  readonly owner: RunOwner | undefined
  /** @throws TreadleError `EXPERIMENT_RUN_LOST` if the place was removed or taken over */
  readonly assertHeld: () => Promise<void>
  /** Gives the right back. A place that was made for it and is still empty is removed. */
  readonly release: () => Promise<void>
}

/** A place that holds the files of one run: a folder, IndexedDB, or memory. Names are paths such as `model/model.json`. */
export interface RunStore {
  /** What messages and records call the place. */
  readonly location: string
  /** Whether files of other programs may be in the place: not in the browser's stores. */
  readonly shared: boolean
  /**
   * Takes the right to write, and removes what an earlier holder left that was killed.
   * @param fresh whether the place must not exist yet
   * @throws TreadleError `EXPERIMENT_RUN_BUSY` while another holder lives; `EXPERIMENT_RUN_EXISTS` if the place is a
   *   file, or exists and `fresh` is given
   */
  lock(options?: { readonly fresh?: boolean }): Promise<RunLock>
  /** Whether a living writer holds the right to write; nothing is taken or removed. */
  inUse(): Promise<boolean>
  /** The names of all files, or of those in one folder: `model`. @throws TreadleError `EXPERIMENT_RUN_EXISTS` if it is a file */
  list(folder?: string): Promise<string[]>
  read(name: string): Promise<Uint8Array | undefined>
  /** Replaces one file as a whole: readers get the old content or the new, also after a crash. */
  write(name: string, data: string | Uint8Array): Promise<void>
  /** Replaces files one after the other, each as a whole: after a crash, those before a new one are new too. */
  writeAll(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>
  /** Appends to a file; once it resolves, a crash does not lose the text. */
  append(name: string, text: string): Promise<void>
  /** Removes a file if it exists. */
  remove(name: string): Promise<void>
}
