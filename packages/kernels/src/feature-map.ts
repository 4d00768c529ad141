import type { InstructionName, Operands } from './manifest/index.ts'

/**
 * What the planning of a program writes to. `Address` is a number, or what a planner resolves to one later.
 */
export interface ProgramWriter<Address> {
  /** Samples of a step. */
  readonly batchSize: number
  /** Parts that every instruction is split into. */
  readonly shards: number
  /** Threads that run it at most. */
  readonly threads: number
  emit<Name extends InstructionName>(name: Name, operands: Operands<Name, Address | number>): void
  /** A buffer of the program's own, 64-byte aligned, uninitialised. */
  buffer(name: string, bytes: number): Address
  /** The address some bytes further. */
  offset(address: Address, bytes: number): Address
}

/** Where a feature map lies: bytes from one image, image row and pixel to the next. */
export interface MapView<Address = number> {
  /** Pixel (0, 0) of image 0. */
  readonly base: Address
  readonly image: number
  readonly row: number
  readonly pixel: number
}

/** Pixels of a map, and floats of a pixel, padding included. */
export interface MapSize {
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** Pixels on each side of a map. */
export interface Sides {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

/** Rows and columns. */
export type RowsColumns = readonly [rows: number, columns: number]

type MapOperands<Name extends string, Address> = Record<Name, Address> &
  Record<`${Name}Image` | `${Name}Row` | `${Name}Pixel`, number>

/** The operands that describe a map. */
export function mapOperands<const Name extends string, Address>(
  name: Name,
  { base, image, row, pixel }: MapView<Address>,
): MapOperands<Name, Address> {
  return {
    [name]: base,
    [`${name}Image`]: image,
    [`${name}Row`]: row,
    [`${name}Pixel`]: pixel,
  } as MapOperands<Name, Address>
}

/** The view from another pixel of image 0. */
export function fromPixel<Address>(
  writer: ProgramWriter<Address>,
  { base, ...strides }: MapView<Address>,
  row: number,
  column: number,
): MapView<Address> {
  return { base: writer.offset(base, row * strides.row + column * strides.pixel), ...strides }
}

/** Copies pixels, or adds them. */
export function writePlace<Address>(
  writer: ProgramWriter<Address>,
  from: MapView<Address>,
  to: MapView<Address>,
  { height, width, channels }: MapSize,
  accumulate: 0 | 1 = 0,
): void {
  const maps = { ...mapOperands('x', from), ...mapOperands('y', to), height, accumulate }
  // Pixels without gaps are one long pixel.
  const joined = from.pixel === 4 * channels && to.pixel === from.pixel
  writer.emit(
    'place',
    joined ? { ...maps, width: 1, channels: width * channels } : { ...maps, width, channels },
  )
}

/** Sets the border of every image to zero. */
export function writeClearBorder<Address>(
  writer: ProgramWriter<Address>,
  map: MapView<Address>,
  { height, width, channels }: MapSize,
  sides: Sides,
): void {
  writer.emit('clearBorder', { ...mapOperands('y', map), height, width, channels, ...sides })
}

/** Whole vectors that kernels read past the end of a map. */
const SLACK = 64

/** A buffer for a map with a border, both uninitialised. */
export function borderedBuffer<Address>(
  writer: ProgramWriter<Address>,
  name: string,
  { height, width, channels }: MapSize,
  { top, left, bottom, right }: Sides = { top: 0, left: 0, bottom: 0, right: 0 },
): MapView<Address> {
  const pixel = 4 * channels
  const row = (left + width + right) * pixel
  const image = (top + height + bottom) * row
  const buffer = writer.buffer(name, writer.batchSize * image + SLACK)
  return { base: writer.offset(buffer, top * row + left * pixel), image, row, pixel }
}

/**
 * Copies a map into a buffer of its own with a border of zeros, and with `spacing` − 1 zeros between neighbouring
 * pixels. The map itself where no copy is needed.
 *
 * @param channels floats of a pixel of the copy, if the map's pixels have fewer: the others are zeros
 */
export function writeBordered<Address>(
  writer: ProgramWriter<Address>,
  name: string,
  from: MapView<Address>,
  shape: MapSize,
  sides: Sides,
  spacing: RowsColumns = [1, 1],
  channels = shape.channels,
): MapView<Address> {
  const gaps = spacing[0] > 1 || spacing[1] > 1 || channels > shape.channels
  if (!gaps && Object.values(sides).every((size) => size === 0)) return from
  const height = (shape.height - 1) * spacing[0] + 1
  const width = (shape.width - 1) * spacing[1] + 1
  const to = borderedBuffer(writer, name, { height, width, channels }, sides)
  const { top, left, bottom, right } = sides
  if (gaps) {
    // Everything lies above and to the left of the last pixel.
    const last = fromPixel(writer, to, height + bottom, width + right)
    const everything = { top: top + height + bottom, left: left + width + right, bottom: 0, right: 0 }
    writeClearBorder(writer, last, { height: 0, width: 0, channels }, everything)
  } else writeClearBorder(writer, to, { height, width, channels }, sides)
  writePlace(writer, from, { ...to, row: spacing[0] * to.row, pixel: spacing[1] * to.pixel }, shape)
  return to
}
