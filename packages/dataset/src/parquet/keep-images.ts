import { type Place, partFile } from '../archives/file-part.ts'
import { sourceFile } from '../bytes.ts'
import type { DataFile } from '../data-file.ts'
import type { TemporaryFile } from '../temporary-file.ts'

/** Keeps the bytes of an image file until it is decoded. */
export type KeepImage = (bytes: Uint8Array, name: string) => Promise<DataFile>

export const inMemory: KeepImage = async (bytes, name) => sourceFile(bytes, name)

export function inFile(file: TemporaryFile): KeepImage {
  // Rows that name one value of a dictionary have the same bytes. They are written once.
  const places = new WeakMap<Uint8Array, Place>()
  return async (bytes, name) => {
    const place = places.get(bytes) ?? (await file.append(bytes))
    places.set(bytes, place)
    return partFile(file.access, place, name)
  }
}
