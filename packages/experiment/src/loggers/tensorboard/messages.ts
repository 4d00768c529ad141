import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import type { Histogram } from './histogram.ts'

/*
 * The protobuf messages of TensorBoard that a run needs. Names and numbers of the fields are those of event.proto,
 * summary.proto and plugins/hparams/plugin_data.proto in TensorBoard 2.21.
 */

const VARINT = WireType.Varint
const DOUBLE = WireType.Bit64
const FLOAT = WireType.Bit32
const BYTES = WireType.LengthDelimited

type Message = (writer: BinaryWriter) => void

const encode = (message: Message) => {
  const writer = new BinaryWriter()
  message(writer)
  return writer.finish()
}

/** A message as the field of another one. */
const within =
  (field: number, message: Message): Message =>
  (writer) => {
    writer.tag(field, BYTES).fork()
    message(writer)
    writer.join()
  }

interface Moment {
  /** Seconds since 1970. */
  readonly time: number
  readonly step: number
}

const event = ({ time, step }: Moment, what: Message) =>
  encode((writer) => {
    writer.tag(1, DOUBLE).double(time).tag(2, VARINT).int64(step)
    what(writer)
  })

/** The first event of every file. */
export const versionEvent = (time: number) =>
  event({ time, step: 0 }, (writer) => writer.tag(3, BYTES).string('brain.Event:2'))

/** Tells readers to forget what earlier files say of this step and later ones. */
export const startEvent = (moment: Moment) =>
  event(
    moment,
    within(7, (writer) => writer.tag(1, VARINT).int32(1)),
  )

/** One value of a summary. */
export type SummaryValue = Message

export const summaryEvent = (moment: Moment, values: readonly SummaryValue[]) =>
  event(
    moment,
    within(5, (writer) => {
      for (const value of values) within(1, value)(writer)
    }),
  )

export const scalar =
  (tag: string, value: number): SummaryValue =>
  (writer) =>
    writer.tag(1, BYTES).string(tag).tag(2, FLOAT).float(value)

export interface PngImage {
  readonly width: number
  readonly height: number
  readonly png: Uint8Array
  /** Markdown. */
  readonly description: string
}

export const image =
  (tag: string, { width, height, png, description }: PngImage): SummaryValue =>
  (writer) => {
    writer.tag(1, BYTES).string(tag)
    const RGB = 3
    within(4, (inner) =>
      inner
        .tag(1, VARINT)
        .int32(height)
        .tag(2, VARINT)
        .int32(width)
        .tag(3, VARINT)
        .int32(RGB)
        .tag(4, BYTES)
        .bytes(png),
    )(writer)
    within(9, (metadata) => {
      within(1, (plugin) => plugin.tag(1, BYTES).string('images'))(metadata)
      metadata.tag(3, BYTES).string(description)
    })(writer)
  }

export const histogram =
  (tag: string, { min, max, count, sum, sumOfSquares, limits, counts }: Histogram): SummaryValue =>
  (writer) => {
    writer.tag(1, BYTES).string(tag)
    const doubles = (field: number, values: readonly number[]) =>
      within(field, (packed) => {
        for (const value of values) packed.double(value)
      })
    within(5, (inner) => {
      for (const [i, value] of [min, max, count, sum, sumOfSquares].entries())
        inner.tag(i + 1, DOUBLE).double(value)
      doubles(6, limits)(inner)
      doubles(7, counts)(inner)
    })(writer)
  }

/** A value of the plugin for hyperparameters, which has metadata only. */
const hyperparameters =
  (tag: string, field: number, message: Message): SummaryValue =>
  (writer) => {
    const content = encode(within(field, message))
    writer.tag(1, BYTES).string(`_hparams_/${tag}`)
    within(
      9,
      within(1, (plugin) => plugin.tag(1, BYTES).string('hparams').tag(2, BYTES).bytes(content)),
    )(writer)
  }

/** The settings of the run: its columns in TensorBoard's table. */
export const sessionStart = (
  settings: Readonly<Record<string, string | number | boolean>>,
  { group, time }: { readonly group: string; readonly time: number },
) =>
  hyperparameters('session_start_info', 3, (writer) => {
    for (const [name, value] of Object.entries(settings)) {
      within(1, (entry) => {
        entry.tag(1, BYTES).string(name)
        within(2, protobufValue(value))(entry)
      })(writer)
    }
    writer.tag(4, BYTES).string(group).tag(5, DOUBLE).double(time)
  })

const protobufValue =
  (value: string | number | boolean): Message =>
  (writer) => {
    if (typeof value === 'number') writer.tag(2, DOUBLE).double(value)
    else if (typeof value === 'string') writer.tag(3, BYTES).string(value)
    else writer.tag(4, VARINT).bool(value)
  }

export const sessionEnd = (succeeded: boolean, time: number) =>
  hyperparameters('session_end_info', 4, (writer) =>
    writer
      .tag(1, VARINT)
      .int32(succeeded ? 1 : 2)
      .tag(2, DOUBLE)
      .double(time),
  )

/** The step of an event, and whether it holds a summary. @throws Error if it is not a message of protobuf */
export function readEvent(data: Uint8Array): { readonly step: number; readonly isSummary: boolean } {
  const reader = new BinaryReader(data)
  let step = 0
  let isSummary = false
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag()
    if (field === 2 && type === VARINT) step = Number(reader.int64())
    else {
      if (field === 5) isSummary = true
      reader.skip(type, field)
    }
  }
  return { step, isSummary }
}
