import { TreadleError, checkOptions, isArrayOfType, show } from '@treadle/core'
import { type IdxArray, type IdxDtype, dtypeOfCode, dtypes, swapBytes } from './format.ts'

/** The header of an IDX file. */
export interface IdxHeader {
  readonly dtype: IdxDtype
  readonly shape: readonly number[]
  /** Size of the whole unpacked file in bytes, header included. */
  readonly fileBytes: number
}

export interface IdxParserOptions {
  /** The file's name, for messages. */
  readonly name?: string
  /** The largest size of the values in bytes; a header that declares more is an error. Default 2³¹. */
  readonly maxBytes?: number
  /** A size in bytes that the values cannot exceed, known from outside the file. So much is allocated at once. */
  readonly atMost?: number | undefined
}

/** Bytes allocated on the header's claim alone. Beyond it, the allocation doubles as bytes arrive. */
const TRUSTED_BYTES = 1 << 20
const MAX_BYTES = 2 ** 31

/**
 * A streaming parser of IDX: `push` each chunk, then `finish`.
 *
 * Values are written directly to the array that `finish` returns. Memory is bounded by the bytes that arrive, not by
 * the header's claim.
 */
export class IdxParser {
  readonly #name: string
  readonly #maxBytes: number
  readonly #atMost: number
  readonly #head = new Uint8Array(4 + 4 * 255)
  #headLength = 0
  #header: IdxHeader | undefined
  #valueBytes = 0
  #values: Uint8Array<ArrayBuffer> = new Uint8Array(0)
  #filled = 0

  constructor(options: IdxParserOptions = {}) {
    checkOptions('IdxParser', options, { name: 'string', maxBytes: 'number', atMost: 'number' })
    const { name = 'the IDX data', maxBytes = MAX_BYTES, atMost = TRUSTED_BYTES } = options
    this.#name = name
    this.#maxBytes = maxBytes
    this.#atMost = atMost
  }

  /** The header, once its bytes have arrived. */
  get header(): IdxHeader | undefined {
    return this.#header
  }

  /**
   * Takes the next bytes of the unpacked file. `chunk` is copied.
   * @throws TreadleError `DATASET_BAD_MAGIC`, `DATASET_UNKNOWN_DTYPE`, `DATASET_BAD_SHAPE`, `DATASET_TOO_LARGE`, `DATASET_EXTRA_BYTES`, `DATASET_BAD_SOURCE`
   */
  push(chunk: Uint8Array): void {
    if (!isArrayOfType(chunk, 'Uint8Array'))
      throw new TreadleError(
        'DATASET_BAD_SOURCE',
        `Reading ${this.#name}: a chunk is ${show(chunk)}, not a Uint8Array.`,
      )
    let rest = chunk
    while (!this.#header && rest.length > 0) {
      const taken = rest.subarray(0, this.#headerLength() - this.#headLength)
      this.#head.set(taken, this.#headLength)
      this.#headLength += taken.length
      rest = rest.subarray(taken.length)
      if (this.#headLength >= 4) this.#checkMagic()
      if (this.#headLength === this.#headerLength()) this.#readHeader()
    }
    if (rest.length === 0) return
    const end = this.#filled + rest.length
    if (end > this.#valueBytes) {
      throw new TreadleError(
        'DATASET_EXTRA_BYTES',
        `Reading ${this.#name}: its header ${this.#describe()} declares ${count(this.#valueBytes)} bytes of values, but more follow. ` +
          'The file is damaged; download it again.',
      )
    }
    if (end > this.#values.length) this.#grow(end)
    this.#values.set(rest, this.#filled)
    this.#filled = end
  }

  /**
   * Returns the array after all bytes were pushed. Its `data` is the only copy.
   * @throws TreadleError `DATASET_TRUNCATED`, or `DATASET_BAD_MAGIC` for a file that ends before its magic number
   */
  finish(): IdxArray {
    const header = this.#header
    if (!header || this.#filled < this.#valueBytes) {
      const has = count(header ? header.fileBytes - this.#valueBytes + this.#filled : this.#headLength)
      const needs = header
        ? `its header ${this.#describe()} needs ${count(header.fileBytes)}`
        : 'an IDX header is longer'
      throw new TreadleError(
        'DATASET_TRUNCATED',
        `Reading ${this.#name}: the file ends after ${has} bytes, but ${needs}. It is truncated; download it again.`,
      )
    }
    const { bytes, view } = dtypes[header.dtype]
    swapBytes(this.#values, bytes)
    const data = new view(this.#values.buffer)
    return { dtype: header.dtype, shape: header.shape, data } as IdxArray
  }

  #headerLength(): number {
    return this.#headLength < 4 ? 4 : 4 + 4 * (this.#head[3] as number)
  }

  #checkMagic(): void {
    const [zero0, zero1, code, rank] = this.#head as unknown as [number, number, number, number]
    if (zero0 !== 0 || zero1 !== 0) {
      throw new TreadleError(
        'DATASET_BAD_MAGIC',
        `Reading ${this.#name}: it starts with ${quote(this.#head.subarray(0, this.#headLength))}, but an IDX file starts with two zero bytes. ` +
          'It is another kind of file, or an error page was saved in its place.',
      )
    }
    if (!dtypeOfCode.has(code)) {
      const known = Object.entries(dtypes).map(([name, dtype]) => `${hex(dtype.code)} ${name}`)
      throw new TreadleError(
        'DATASET_UNKNOWN_DTYPE',
        `Reading ${this.#name}: its type byte is ${hex(code)}, but IDX has ${known.join(', ')}.`,
      )
    }
    if (rank === 0)
      throw new TreadleError(
        'DATASET_BAD_SHAPE',
        `Reading ${this.#name}: its header declares 0 dimensions; IDX has 1 to 255.`,
      )
  }

  #readHeader(): void {
    const dtype = dtypeOfCode.get(this.#head[2] as number) as IdxDtype
    const view = new DataView(this.#head.buffer)
    const shape = Array.from({ length: this.#head[3] as number }, (_, axis) => view.getUint32(4 + 4 * axis))
    if (shape.includes(0)) {
      throw new TreadleError(
        'DATASET_BAD_SHAPE',
        `Reading ${this.#name}: its header declares the shape [${shape.join(', ')}]; every dimension must be at least 1.`,
      )
    }
    const valueBytes = shape.reduce((product, size) => product * size, dtypes[dtype].bytes)
    if (valueBytes > this.#maxBytes) {
      throw new TreadleError(
        'DATASET_TOO_LARGE',
        `Reading ${this.#name}: its header declares ${dtype} values of shape [${shape.join(', ')}], ${count(valueBytes)} bytes; ` +
          `the limit is ${count(this.#maxBytes)}. The header is damaged; for a file that is really so large, raise \`maxBytes\`.`,
      )
    }
    this.#valueBytes = valueBytes
    this.#header = { dtype, shape, fileBytes: this.#headLength + valueBytes }
    this.#values = this.#allocate(Math.min(valueBytes, this.#atMost))
  }

  #grow(needed: number): void {
    const grown = this.#allocate(Math.min(this.#valueBytes, Math.max(needed, 2 * this.#values.length)))
    grown.set(this.#values.subarray(0, this.#filled))
    this.#values = grown
  }

  #allocate(bytes: number): Uint8Array<ArrayBuffer> {
    try {
      return new Uint8Array(bytes)
    } catch (cause) {
      throw new TreadleError(
        'DATASET_TOO_LARGE',
        `Reading ${this.#name}: allocating ${count(bytes)} bytes failed.`,
        { cause },
      )
    }
  }

  #describe(): string {
    return `(${this.#header?.dtype}, shape [${this.#header?.shape.join(', ')}])`
  }
}

function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** Quotes bytes as text where all are printable, else in hex. */
function quote(bytes: Uint8Array): string {
  const printable = bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
  return printable ? JSON.stringify(String.fromCharCode(...bytes)) : [...bytes].map(hex).join(' ')
}
