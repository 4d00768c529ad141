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
  /**
   * The same, for a map: buffers of one `layout` begin as zeros and share their room with each other alone, so that what
   * lies around the pixels stays zero. Absent if a program clears it each time.
   */
  mapBuffer?(name: string, bytes: number, layout: string): Address
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
  const maps = { ...mapOperands('x', from), ...mapOperands('y', to) }
  writer.emit('place', { ...maps, height, width, channels, accumulate })
}

/** The gradient of a ReLU with output `y`: dx = dy where y is above 0, else 0. `dx` may be `dy`. */
export function writeReluBackward<Address>(
  writer: ProgramWriter<Address>,
  { y, dy, dx }: Record<'y' | 'dy' | 'dx', MapView<Address>>,
  { height, width, channels }: MapSize,
): void {
  const maps = { ...mapOperands('y', y), ...mapOperands('dy', dy), ...mapOperands('dx', dx) }
  writer.emit('reluBackward', { ...maps, height, width, channels })
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

export const NO_BORDER: Sides = { top: 0, left: 0, bottom: 0, right: 0 }

/** Whole vectors that kernels read past the end of a map. */
const SLACK = 64

/**
 * A buffer for an uninitialised map in a border of zeros.
 * @param written which pixels and floats of the map are written, if not all are: the others are zeros too
 */
export function borderedBuffer<Address>(
  writer: ProgramWriter<Address>,
  name: string,
  size: MapSize,
  sides: Sides = NO_BORDER,
  written?: string,
): MapView<Address> {
  const { height, width, channels } = size
  const { top, left, bottom, right } = sides
  const pixel = 4 * channels
  const row = (left + width + right) * pixel
  const image = (top + height + bottom) * row
  const bytes = writer.batchSize * image + SLACK
  const hasZeros = written !== undefined || hasSides(sides)
  const layout = [height, width, channels, top, left, bottom, right, written].join()
  const buffer = hasZeros && writer.mapBuffer?.(name, bytes, layout)
  const start = buffer || writer.buffer(name, bytes)
  const map = { base: writer.offset(start, top * row + left * pixel), image, row, pixel }
  if (hasZeros && !buffer) {
    if (written === undefined) writeClearBorder(writer, map, size, sides)
    else {
      // Everything lies above and to the left of the last pixel.
      const last = fromPixel(writer, map, height + bottom, width + right)
      const everything = { top: top + height + bottom, left: left + width + right, bottom: 0, right: 0 }
      writeClearBorder(writer, last, { height: 0, width: 0, channels }, everything)
    }
  }
  return map
}

export function hasSides(sides: Sides): boolean {
  return Object.values(sides).some((size) => size > 0)
}

/** Options of `writeBordered`. */
interface BorderOptions<Address> {
  /** None unless given. */
  readonly sides?: Sides
  /** Distance of neighbouring pixels in the copy: zeros lie between them. 1 unless given. */
  readonly spacing?: RowsColumns
  /** Floats of a pixel of the copy, if the map's pixels have fewer: the others are zeros. */
  readonly channels?: number
  /** The output of a ReLU, of the map's size: the copy is zero where it is not above 0. */
  readonly relu?: MapView<Address> | undefined
}

/** Copies a map into a buffer of its own with a border of zeros. The map itself where no copy is needed. */
export function writeBordered<Address>(
  writer: ProgramWriter<Address>,
  name: string,
  from: MapView<Address>,
  shape: MapSize,
  { sides = NO_BORDER, spacing = [1, 1], channels = shape.channels, relu }: BorderOptions<Address>,
): MapView<Address> {
  const gaps = spacing[0] > 1 || spacing[1] > 1 || channels > shape.channels
  if (!gaps && !hasSides(sides)) {
    if (relu) writeReluBackward(writer, { y: relu, dy: from, dx: from }, shape)
    return from
  }
  const height = (shape.height - 1) * spacing[0] + 1
  const width = (shape.width - 1) * spacing[1] + 1
  const written = gaps ? [...spacing, shape.channels].join() : undefined
  const to = borderedBuffer(writer, name, { height, width, channels }, sides, written)
  const spaced = { ...to, row: spacing[0] * to.row, pixel: spacing[1] * to.pixel }
  if (relu) writeReluBackward(writer, { y: relu, dy: from, dx: spaced }, shape)
  else writePlace(writer, from, spaced, shape)
  return to
}
