import { pixelScratch } from '@treadle/kernels'
import type { AugmentedInput, Emitter } from '../emitter.ts'
import type { Operator } from '../operator.ts'
import { plainLayout, type Layout } from '../layout.ts'
import type { Reference } from '../storage.ts'
import { Value } from '../value.ts'

/** 1/255 as a number of few bits and the rest: v · high + v · low in float32 is fround(v / 255) for every byte v. */
const byteScale = { high: 257 / 65536, low: Math.fround(1 / 255 - 257 / 65536) }

/** Gathers the step's samples from the data, in the epoch's order; bytes become fround(v / 255). */
export class InputOperator implements Operator {
  readonly layer: string
  readonly inputs: readonly Value[] = []
  readonly parameters = []
  /** The black of images. */
  readonly leavesZeros = true
  readonly output: Value

  constructor(layer: string, shape: readonly number[]) {
    this.layer = layer
    this.output = new Value(layer, shape, inputLayout(shape), this)
  }

  /** All forms are emitted; the program enables the one for its data, whose address is set then. */
  forward(emit: Emitter): void {
    const { base, row } = emit.viewOf(this.output)
    const { rows, width } = this.output.layout
    emit.emit('gatherBytes', { source: 0, target: base, lines: rows, width, row, ...byteScale })
    emit.emit('gatherFloats', { source: 0, target: base, lines: rows, width, row })
    if (emit.augmented) emitAugmented(emit, emit.augmented, base, { lines: rows, row })
  }

  backward(): void {}
}

/** Emits the gathering of augmented images as lines of floats. */
export function emitAugmented(
  emit: Emitter,
  { shape: { height, width, channels }, depth }: AugmentedInput,
  target: Reference,
  { lines, row }: { lines: number; row: number },
): void {
  const scratchShard = pixelScratch(height * width * channels, depth)
  emit.emit('gatherAugmented', {
    source: 0,
    target,
    lines,
    row,
    ...byteScale,
    height,
    width,
    channels,
    programs: 0,
    starts: 0,
    scratch: emit.buffer('pixels', emit.shards * scratchShard),
    scratchShard,
  })
}

/** Images of three channels keep them unpadded, which convolutions can read; a row of the layout is an image row. */
function inputLayout(shape: readonly number[]): Layout {
  const [height, width = 1, channels] = shape
  return shape.length === 3 && channels === 3
    ? plainLayout([height as number, width * channels])
    : plainLayout(shape)
}
