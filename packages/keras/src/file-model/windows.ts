import type { Fields } from '../layers/fields.ts'

/** The fields of a layer that moves a window over an image. */
export interface Window extends Fields {
  /** Rows and columns of the window. */
  readonly size: readonly [number, number]
}

/**
 * Rows and columns of the output of a layer that moves a window over an image.
 * @param input [rows, columns, channels]
 * @returns undefined for channels first and for paddings other than `same` and `valid`
 */
export function positions(
  input: readonly number[] | undefined,
  { size, strides, padding, dataFormat, dilationRate }: Window,
): [number, number] | undefined {
  if (input?.length !== 3 || dataFormat === 'channelsFirst') return undefined
  const along = (axis: 0 | 1): number => {
    const [length, stride] = [input[axis] as number, atAxis(strides ?? 1, axis)]
    const reach = (size[axis] - 1) * atAxis(dilationRate ?? 1, axis) + 1
    if (padding === 'same') return Math.ceil(length / stride)
    return padding === 'valid' || padding === undefined
      ? Math.ceil((length - reach + 1) / stride)
      : Number.NaN
  }
  const [rows, columns] = [along(0), along(1)]
  return rows > 0 && columns > 0 ? [rows, columns] : undefined
}

/** The shape that pooling gives an image. Its strides are the window's size unless given. */
export function pooled(input: readonly number[] | undefined, fields: Fields): readonly number[] | undefined {
  const size = [0, 1].map((axis) => atAxis(fields['poolSize'] ?? 2, axis as 0 | 1)) as [number, number]
  const sizes = positions(input, { ...fields, strides: fields['strides'] ?? size, size })
  return sizes && [...sizes, input?.[2] as number]
}

const atAxis = (value: unknown, axis: 0 | 1): number =>
  Number(Array.isArray(value) ? (value as unknown[])[axis] : value)
