/** A named array in a safetensors file: row-major, little-endian. */
export interface NamedArray {
  readonly shape: readonly number[]
  readonly data: Float32Array | Int32Array | Uint8Array
}

interface Entry {
  readonly dtype: string
  readonly shape: readonly number[]
  readonly data_offsets: readonly [number, number]
}

const arrayTypes = { F32: Float32Array, I32: Int32Array, U8: Uint8Array } as const

/** Encodes arrays in the safetensors layout: the header's length as uint64, the header as JSON, the bytes. */
export function encodeSafetensors(
  arrays: Readonly<Record<string, NamedArray>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let end = 0
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    const dtype = data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'U8'
    header[name] = { dtype, shape, data_offsets: [end, (end += data.byteLength)] }
  }
  const json = JSON.stringify(header)
  const text = new TextEncoder().encode(json + ' '.repeat((8 - (Buffer.byteLength(json) % 8)) % 8))
  const bytes = new Uint8Array(8 + text.length + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true)
  bytes.set(text, 8)
  let offset = 8 + text.length
  for (const { data } of Object.values(arrays)) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset)
    offset += data.byteLength
  }
  return bytes
}

/** Decodes safetensors bytes with the dtypes that these tests need: F32, I32 and U8. */
export function decodeSafetensors(bytes: Uint8Array): {
  arrays: Map<string, NamedArray>
  metadata: Record<string, string>
} {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + length)),
  ) as Record<string, Entry> & { __metadata__?: Record<string, string> }
  const arrays = new Map<string, NamedArray>()
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [start, end],
    },
  ] of Object.entries(entries)) {
    const ArrayType = arrayTypes[dtype as keyof typeof arrayTypes]
    if (!ArrayType)
      throw new Error(`${name} has dtype ${dtype}; only ${Object.keys(arrayTypes).join(', ')} are read.`)
    // A copy, because the offset may not be a multiple of four (and a Buffer's `slice` does not copy).
    const own = Uint8Array.from(bytes.subarray(8 + length + start, 8 + length + end))
    arrays.set(name, { shape, data: new ArrayType(own.buffer) })
  }
  return { arrays, metadata }
}
