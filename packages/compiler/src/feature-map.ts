import type { Pair } from '@treadle/keras'
import type { Emitter } from './emitter.ts'
import type { Reference } from './storage.ts'
import type { BufferView, Value } from './value.ts'

/** The pixels of one sample of a value as they lie in memory. */
export interface MapShape {
  readonly height: number
  readonly width: number
  /** Floats of a pixel, padding included. */
  readonly channels: number
  /** The channels are not padded: the pixels of an image row form one row of the layout. */
  readonly packed: boolean
}

/** Where a feature map lies: bytes from one image, image row and pixel to the next. */
export interface MapView {
  /** Pixel (0, 0) of image 0. */
  readonly base: Reference
  readonly image: number
  readonly row: number
  readonly pixel: number
}

/** Pixels on each side of a map. */
export interface Sides {
  readonly top: number
  readonly left: number
  readonly bottom: number
  readonly right: number
}

/**
 * A value of shape [height, width, channels], or [width, channels] for a map of one row, as a map. Undefined if its
 * pixels are not spaced evenly.
 */
export function mapShape({ shape, layout }: Value): MapShape | undefined {
  const [channels = 1, width = 1, height = 1, ...others] = shape.toReversed()
  if (others.length > 0) return undefined
  if (layout.width === channels && layout.rows === height * width)
    return { height, width, channels: layout.stride, packed: false }
  const packed = layout.width === width * channels && layout.segments.length === 1 && layout.rows === height
  return packed ? { height, width, channels, packed } : undefined
}

/** @throws if the value is no map; see `asMap` of layers/relayout.ts */
export function mapShapeOf(value: Value): MapShape {
  const shape = mapShape(value)
  if (!shape) throw new Error(`${value.name} is no feature map`)
  return shape
}

/** The strides of a map in a buffer view. */
export function mapView({ height, width, channels, packed }: MapShape, { base, row }: BufferView): MapView {
  if (packed) return { base, image: height * row, row, pixel: 4 * channels }
  return { base, image: height * width * row, row: width * row, pixel: row }
}

/** The view from another pixel of image 0. */
export function fromPixel({ base, ...strides }: MapView, row: number, column: number): MapView {
  const offset = base.offset + row * strides.row + column * strides.pixel
  return { base: base.storage.at(offset), ...strides }
}

type MapOperands<Name extends string> = Record<Name, Reference> &
  Record<`${Name}Image` | `${Name}Row` | `${Name}Pixel`, number>

/** The operands that describe a map. */
export function mapOperands<const Name extends string>(
  name: Name,
  { base, image, row, pixel }: MapView,
): MapOperands<Name> {
  return {
    [name]: base,
    [`${name}Image`]: image,
    [`${name}Row`]: row,
    [`${name}Pixel`]: pixel,
  } as MapOperands<Name>
}

/** Copies pixels, or adds them. */
export function emitPlace(
  emit: Emitter,
  from: MapView,
  to: MapView,
  { height, width, channels }: Pick<MapShape, 'height' | 'width' | 'channels'>,
  accumulate: 0 | 1 = 0,
): void {
  const maps = { ...mapOperands('x', from), ...mapOperands('y', to), height, accumulate }
  // Pixels without gaps are one long pixel.
  const joined = from.pixel === 4 * channels && to.pixel === from.pixel
  emit.emit(
    'place',
    joined ? { ...maps, width: 1, channels: width * channels } : { ...maps, width, channels },
  )
}

/** Whole vectors that kernels read past the end of a map. */
const SLACK = 64

/** A buffer for a map with a border. The border is not cleared yet. */
export function borderedBuffer(
  emit: Emitter,
  name: string,
  { height, width, channels }: Pick<MapShape, 'height' | 'width' | 'channels'>,
  { top, left, bottom, right }: Sides,
): MapView {
  const pixel = 4 * channels
  const row = (left + width + right) * pixel
  const image = (top + height + bottom) * row
  const storage = emit.storage(name, emit.batchSize * image + SLACK)
  return { base: storage.at(top * row + left * pixel), image, row, pixel }
}

/** Sets the border of every image to zero. */
export function emitClearBorder(
  emit: Emitter,
  map: MapView,
  { height, width, channels }: Pick<MapShape, 'height' | 'width' | 'channels'>,
  sides: Sides,
): void {
  emit.emit('clearBorder', { ...mapOperands('y', map), height, width, channels, ...sides })
}

/**
 * Copies a map into a buffer of its own with a border of zeros, and with `spacing` − 1 zeros between neighbouring
 * pixels. The map itself where no copy is needed.
 */
export function emitBordered(
  emit: Emitter,
  name: string,
  from: MapView,
  shape: Pick<MapShape, 'height' | 'width' | 'channels'>,
  sides: Sides,
  spacing: Pair = [1, 1],
): MapView {
  const spaced = spacing[0] > 1 || spacing[1] > 1
  if (!spaced && Object.values(sides).every((size) => size === 0)) return from
  const { channels } = shape
  const height = (shape.height - 1) * spacing[0] + 1
  const width = (shape.width - 1) * spacing[1] + 1
  const to = borderedBuffer(emit, name, { height, width, channels }, sides)
  if (spaced) {
    const { top, left, bottom, right } = sides
    const everything = { top: top + height + bottom, left: left + width + right, bottom: 0, right: 0 }
    emitClearBorder(
      emit,
      fromPixel(to, height + bottom, width + right),
      { height: 0, width: 0, channels },
      everything,
    )
  } else emitClearBorder(emit, to, { height, width, channels }, sides)
  emitPlace(emit, from, { ...to, row: spacing[0] * to.row, pixel: spacing[1] * to.pixel }, shape)
  return to
}
