/**
 * The bytes behind a typed array of bytes, an `ArrayBuffer` or a `SharedArrayBuffer`, also of another realm (an
 * iframe, jsdom, `node:vm`), whose objects are no instances of this realm's classes.
 *
 * @returns a view of the same memory, or undefined where `value` is none of these
 */
export function bytesOf(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return value
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value
    return isBytes(value) ? new Uint8Array(buffer, byteOffset, byteLength) : undefined
  }
  const isBuffer = ['ArrayBuffer', 'SharedArrayBuffer'].includes(tagOf(value))
  return isBuffer ? new Uint8Array(value as ArrayBuffer) : undefined
}

/**
 * Picture values of this realm: a `Uint8Array` for a `Uint8Array` or `Uint8ClampedArray`, a `Float32Array` for a
 * `Float32Array`.
 *
 * @returns a view of the same memory, or undefined where `value` is none of these
 */
export function pictureValuesOf(value: unknown): Uint8Array | Float32Array | undefined {
  if (value instanceof Uint8Array || value instanceof Float32Array) return value
  if (!ArrayBuffer.isView(value)) return undefined
  const { buffer, byteOffset, byteLength } = value
  if (isBytes(value)) return new Uint8Array(buffer, byteOffset, byteLength)
  return tagOf(value) === 'Float32Array' ? new Float32Array(buffer, byteOffset, byteLength / 4) : undefined
}

const isBytes = (view: ArrayBufferView): boolean => ['Uint8Array', 'Uint8ClampedArray'].includes(tagOf(view))

const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)
