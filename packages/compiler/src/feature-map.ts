import type { MapSize, MapView as KernelMapView, Sides } from '@treadle/kernels'
import type { Reference } from './storage.ts'
import { axisOf, axisStep, type BufferView, type Value } from './value.ts'

/** The pixels of one sample of a value as they lie in memory. */
export interface MapShape extends MapSize {
  /** The channels are not padded: the pixels of an image row form one row of the layout. */
  readonly packed: boolean
}

/** Where a feature map lies in the program's memory. */
export type MapView = KernelMapView<Reference>

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

/** The rows of a value, with their padding: the pixels of a map, or one row of all. */
export function rowsOf(value: Value): MapSize {
  const map = mapShape(value)
  if (map && !map.packed) return map
  const { rows, stride } = value.layout
  return { height: 1, width: rows, channels: stride }
}

/** The strides of a value's rows, as a map of `rowsOf`. */
export function rowsView(value: Value, { base, row }: BufferView): MapView {
  const { height, width } = rowsOf(value)
  return { base, image: height * width * row, row: width * row, pixel: row }
}

/** Rows and columns of lines along the last axis: those of a map, or one row of all. */
export function rowsOfLines(value: Value): { height: number; width: number } {
  const map = mapShape(value)
  const lines = axisOf(value).rows
  return map && map.height * map.width === lines ? map : { height: 1, width: lines }
}

/** The strides of lines along the last axis, as a map of `rowsOfLines`. */
export function linesView(value: Value, { base, row }: BufferView): MapView {
  const pixel = axisStep(value, row)
  const { height, width } = rowsOfLines(value)
  return { base, image: height * width * pixel, row: width * pixel, pixel }
}

/** The strides of a map in a buffer view. */
export function mapView({ height, width, channels, packed }: MapShape, { base, row }: BufferView): MapView {
  if (packed) return { base, image: height * row, row, pixel: 4 * channels }
  return { base, image: height * width * row, row: width * row, pixel: row }
}

/** The border that is enough for both. */
export function widest(a: Sides, b: Sides): Sides {
  return {
    top: Math.max(a.top, b.top),
    left: Math.max(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  }
}
