import { TreadleError, show } from '@treadle/core'
import { platform } from '#decoders-platform'
import type { DecoderBinaries, DecoderBinary } from '../decoder-binaries.ts'
import { declaredPixels } from '../formats/declared-pixels.ts'
import { type Picture, type PictureValues, checkPicture } from '../picture.ts'
import { type PrepareFileOptions, checkPrepareFileOptions } from '../prepare-file.ts'
import type { PrepareOptions, PreparedFile } from '../prepared-file.ts'
import { prepareImage } from './answer.ts'
import { copyOf, isLarge } from './copy.ts'
import type { Answer, Order } from './message.ts'
import type { DecodingWorker } from './platform.ts'

/** More workers wait for the memory bus and the disk. */
const MOST_WORKERS = 8

/** How many workers decode for a number of threads: `auto` is one for each core, 8 at most. */
export function workerCount(threads: 'auto' | number): number {
  if (threads !== 'auto') checkCount('workerCount', 'threads', threads)
  return Math.min(MOST_WORKERS, threads === 'auto' ? platform.cores() : threads)
}

function checkCount(operation: string, name: string, count: number): void {
  if (Number.isInteger(count) && count >= 1) return
  throw new TreadleError(
    'IMAGE_BAD_OPTION',
    `${operation}: \`${name}\` (=${show(count)}) must be an integer of at least 1.`,
  )
}

/** Pixels that are decoded at the same time: 67 million, which take up to 0.7 GB. A larger picture is decoded alone. */
const MOST_PIXELS = 2 ** 26

/** A worker that has nothing to do after a picture of more pixels ends, which frees the memory of decoding. */
const PIXELS_TO_KEEP = 2 ** 22

interface Task extends Order {
  /** Pixels of the image by its header, at most `MOST_PIXELS`. */
  readonly pixels: number
  readonly resolve: (prepared: PreparedFile) => void
  readonly reject: (error: unknown) => void
}

interface Member {
  readonly worker: DecodingWorker
  task: Task | undefined
}

/**
 * Workers that decode and prepare image files as `prepareFile` does, with the same bytes. They start with the first files.
 * Large pictures wait for each other, so that the memory does not grow with the number of workers. Where workers are not
 * available (Node's permissions, a page's Content-Security-Policy) or fail, the calling thread does their work, one file
 * after the other.
 *
 * @example
 * await using pool = new DecoderPool(2)
 * const { data } = await pool.prepare(bytes, { contract })
 */
export class DecoderPool {
  readonly #most: number
  readonly #members = new Set<Member>()
  readonly #waiting: Task[] = []
  /** Pixels of the tasks that run. */
  #pixels = 0
  /** Workers that end. The memory of decoding is free when they have, so another one begins afterwards. */
  #ending = 0
  /** Tasks that the calling thread runs. */
  #here = 0
  /** Why no worker is started any more. */
  #unavailable = false
  #ended: { readonly reason: unknown } | undefined

  /**
   * @param workers at most so many, at least 1; more than 8 count as 8
   * @throws TreadleError `IMAGE_BAD_OPTION`
   */
  constructor(workers: number) {
    checkCount('DecoderPool', 'workers', workers)
    this.#most = Math.min(MOST_WORKERS, workers)
  }

  /** Workers that run. */
  get workers(): number {
    return this.#members.size
  }

  /**
   * Prepares a file when a worker is free. `bytes` are copied, many of them in parts: leave them as they are until the answer.
   * @throws TreadleError what `prepareFile` throws, and `IMAGE_POOL_ENDED`; the reason that `dispose` was given
   */
  prepare(bytes: Uint8Array, options: PrepareFileOptions): Promise<PreparedFile> {
    return this.#order('DecoderPool.prepare', { image: { bytes }, options }, declaredPixels(bytes) ?? 0)
  }

  /**
   * Prepares a picture when a worker is free, as `preparePicture` does. Its data are copied, as those of a file are.
   * @throws TreadleError `IMAGE_BAD_PICTURE`, `IMAGE_POOL_ENDED`; the reason that `dispose` was given
   */
  async preparePicture(picture: Picture<PictureValues>, options: PrepareOptions): Promise<PreparedFile> {
    const operation = 'DecoderPool.preparePicture'
    checkPicture(operation, picture)
    return this.#order(operation, { image: { picture }, options }, picture.width * picture.height)
  }

  #order(operation: string, order: Order, pixels: number): Promise<PreparedFile> {
    if (this.#ended) return Promise.reject(this.#ended.reason)
    return new Promise((resolve, reject) => {
      checkPrepareFileOptions(operation, order.options)
      this.#waiting.push({ ...order, pixels: Math.min(pixels, MOST_PIXELS), resolve, reject })
      this.#next()
    })
  }

  /** Ends the workers at once. Files that are not prepared yet are rejected with `reason`. */
  async dispose(reason?: unknown): Promise<void> {
    this.#ended ??= {
      reason: reason ?? new TreadleError('IMAGE_POOL_ENDED', 'Decoding: the pool of decoders was disposed.'),
    }
    const members = [...this.#members]
    this.#members.clear()
    for (const { task } of members) task?.reject(this.#ended.reason)
    for (const task of this.#waiting.splice(0)) task.reject(this.#ended.reason)
    await Promise.all(members.map(({ worker }) => worker.terminate()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }

  #next(): void {
    for (;;) {
      const [task] = this.#waiting
      if (task === undefined || (this.#pixels > 0 && this.#pixels + task.pixels > MOST_PIXELS)) return
      const member = [...this.#members].find((one) => one.task === undefined) ?? this.#open()
      if (member === undefined) {
        if (this.#members.size > 0 || this.#here > 0 || this.#ending > 0) return
        this.#begin()
        this.#runHere(task)
        continue
      }
      this.#begin()
      member.task = task
      if (isLarge(task)) void this.#sendCopy(member, task)
      else this.#send(member, task, task.image)
    }
  }

  #send(member: Member, task: Task, image: Order['image'], transfer: ArrayBuffer[] = []): void {
    try {
      member.worker.send({ image, options: cloneable(task.options) }, transfer)
    } catch {
      // Something in the options cannot be sent.
      member.task = undefined
      this.#runHere(task)
    }
  }

  async #sendCopy(member: Member, task: Task): Promise<void> {
    try {
      const [image, memory] = await copyOf(task)
      // The worker may have ended meanwhile, and the task with it.
      if (this.#members.has(member)) this.#send(member, task, image, [memory])
    } catch (error) {
      if (!this.#members.has(member)) return
      member.task = undefined
      task.reject(error)
      this.#end(task)
    }
  }

  /** Takes the first task out of the queue. */
  #begin(): void {
    this.#pixels += this.#waiting.shift()?.pixels ?? 0
  }

  #end({ pixels }: Task): void {
    this.#pixels -= pixels
    this.#next()
  }

  /** Runs a task on the calling thread. */
  #runHere(task: Task): void {
    this.#here++
    const end = () => {
      this.#here--
      this.#end(task)
    }
    void prepareImage(task).then(task.resolve, task.reject).then(end)
  }

  #open(): Member | undefined {
    if (this.#unavailable || this.#ending > 0 || this.#members.size >= this.#most) return undefined
    try {
      const worker = platform.openWorker(
        (answer) => this.#take(member, answer),
        () => this.#lose(member),
      )
      const member: Member = { worker, task: undefined }
      this.#members.add(member)
      return member
    } catch {
      this.#unavailable = true
      return undefined
    }
  }

  #take(member: Member, answer: Answer): void {
    const { task } = member
    if (task === undefined || !this.#members.has(member)) return
    // A worker may be refused what the calling thread may load.
    if ('code' in answer && answer.code === 'IMAGE_DECODER_UNREADABLE') return this.#lose(member)
    member.task = undefined
    if ('prepared' in answer) task.resolve(answer.prepared)
    else task.reject(errorOf(answer))
    if (task.pixels > PIXELS_TO_KEEP && this.#waiting.length === 0) this.#close(member)
    this.#end(task)
  }

  #close(member: Member): void {
    this.#members.delete(member)
    this.#ending++
    const ended = () => {
      this.#ending--
      if (!this.#ended) this.#next()
    }
    void Promise.resolve(member.worker.terminate()).then(ended, ended)
  }

  /** The calling thread takes over from a worker that failed. */
  #lose(member: Member): void {
    if (!this.#members.has(member)) return
    this.#unavailable = true
    this.#close(member)
    if (member.task) this.#runHere(member.task)
    this.#next()
  }
}

const errorOf = ({ code, message }: { code: string | undefined; message: string }): Error =>
  code === undefined ? new Error(message) : new TreadleError(code, message)

/** Options whose binaries can be sent: addresses as absolute text. */
function cloneable({ binaries, ...options }: PrepareFileOptions): PrepareFileOptions {
  return binaries === undefined ? options : { ...options, binaries: addressesOf(binaries) }
}

function addressesOf(binaries: DecoderBinaries): DecoderBinaries {
  const base = globalThis.location?.href
  const absolute = (binary: DecoderBinary | undefined) => {
    const located = binary instanceof URL || (typeof binary === 'string' && URL.canParse(binary, base))
    return located ? new URL(binary, base).href : binary
  }
  return { jpeg: absolute(binaries.jpeg), webp: absolute(binaries.webp) }
}
