import type { Host } from './program.ts'

/** Copies values into memory of the host. */
export function upload(
  host: Host,
  values: Uint8Array | Float32Array | Int32Array | Uint32Array | Float64Array,
): number {
  // Kernels read up to 16 bytes at once.
  const address = host.allocate(values.byteLength + 16)
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  new Uint8Array(host.memory.buffer, address, values.byteLength).set(bytes)
  return address
}
