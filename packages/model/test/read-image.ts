import { decodeFile } from '../src/image/image-file.ts'
import { type Material, readMaterial } from '../src/image/material.ts'

/** The pixels of an image; without a promise unless it is a file. */
export const readImage = (material: Material) =>
  material.kind === 'file' ? decodeFile(material.file) : readMaterial(material)
