import { fc, test } from '@fast-check/vitest'
import { beforeAll, describe, expect } from 'vitest'
import { PixelPrograms, pixelScratch } from '../src/index.ts'
import { numbers } from './arbitraries.ts'
import { Harness, padded, padLines } from './harness.ts'
import { reference, type Image } from './pixel-reference.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})

const shape = fc.record({
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 19 }),
  channels: fc.constantFrom(1, 1, 2, 3, 4, 5),
})
const stream = fc.record({
  seed: fc.nat(0xffffffff),
  epoch: fc.nat(0xffffffff),
  step: fc.nat(0xffffffff),
  stream: fc.nat(20),
})
const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
const signed = fc.double({ min: -3, max: 3, noNaN: true })
const map = fc.record({ xx: signed, xy: signed, yx: signed, yy: signed, dx: signed, dy: signed })
const rectangle = ({ height, width }: { height: number; width: number }, [a, b, c, d]: readonly number[]) => {
  const top = Math.floor(a! * height)
  const left = Math.floor(b! * width)
  return {
    top,
    left,
    rows: Math.floor(c! * (height - top + 1)),
    columns: Math.floor(d! * (width - left + 1)),
  }
}

/** One operation as an arbitrary: what it writes to a program, and what it does to an image by its definition. */
type Step = readonly [write: (programs: PixelPrograms) => void, apply: (image: Image) => void]
const part = fc.tuple(unit, unit, unit, unit)
const steps: Readonly<Record<string, fc.Arbitrary<Step>>> = {
  mirror: fc.constant([(p) => p.mirror(), reference.mirror]),
  reverseRows: fc.constant([(p) => p.reverseRows(), reference.reverseRows]),
  shift: fc.tuple(unit, unit).map(([a, b]): Step => {
    const distances = ({ height, width }: { height: number; width: number }) =>
      [Math.floor(a * (2 * height + 1)) - height, Math.floor(b * (2 * width + 1)) - width] as const
    return [(p) => p.shift(...distances(p)), (image) => reference.shift(image, ...distances(image))]
  }),
  resample: map.map((m): Step => [(p) => p.resample(m), (image) => reference.resample(image, m)]),
  add: signed.map((v): Step => [(p) => p.add(100 * v), (image) => reference.add(image, 100 * v)]),
  contrast: signed.map((v): Step => [(p) => p.contrast(v), (image) => reference.contrast(image, v)]),
  noise: fc
    .tuple(unit, stream)
    .map(([v, s]): Step => [(p) => p.noise(v, s), (image) => reference.noise(image, v, s)]),
  clear: part.map((r): Step => [
    (p) => p.clear(rectangle(p, r)),
    (image) => reference.clear(image, rectangle(image, r)),
  ]),
  randomize: fc
    .tuple(part, fc.nat(9), stream)
    .map(([r, word, s]): Step => [
      (p) => p.randomize(rectangle(p, r), 4 * word, s),
      (image) => reference.randomize(image, rectangle(image, r), 4 * word, s),
    ]),
}
const anyStep = fc.oneof(...Object.values(steps))

interface Plan {
  readonly place: number
  readonly steps: readonly Step[]
  /** Mixed into the image after its steps. */
  readonly other?:
    | { readonly plan: Plan; readonly own: number; readonly area: readonly number[] | undefined }
    | undefined
}

const plan = (step: fc.Arbitrary<Step>, depth: number): fc.Arbitrary<Plan> =>
  fc.record({
    place: fc.nat(4),
    steps: fc.array(step, { minLength: 1, maxLength: depth > 1 ? 3 : 1 }),
    other:
      depth > 1
        ? fc.option(
            fc.record({ plan: plan(step, depth - 1), own: unit, area: fc.option(part, { nil: undefined }) }),
            { nil: undefined },
          )
        : fc.constant(undefined),
  })

function write(programs: PixelPrograms, { place, steps: list, other }: Plan): void {
  programs.load(place)
  for (const [one] of list) one(programs)
  if (!other) return
  write(programs, other.plan)
  if (other.area) programs.paste(rectangle(programs, other.area))
  else programs.blend(other.own)
}

function made(sources: readonly Image[], { place, steps: list, other }: Plan): Image {
  const source = sources[place % sources.length] as Image
  const image = { ...source, pixels: source.pixels.slice() }
  for (const [, apply] of list) apply(image)
  if (!other) return image
  const second = made(sources, other.plan)
  if (other.area) reference.paste(image, rectangle(image, other.area), second)
  else reference.blend(image, other.own, second)
  return image
}

const DEPTH = 3
const PLACES = 5

/** Compares the images that the programs make with those by the definitions, in lines of `lines`. */
function check(
  size: { height: number; width: number; channels: number },
  plans: readonly Plan[],
  { shards = 1, lines = 1, from = 1 },
): void {
  harness.clear()
  const length = size.height * size.width * size.channels
  const source = harness.bytes(PLACES * length)
  source.view.set(Uint8Array.from(numbers(PLACES * length, from), (v) => Math.floor(128 + 128 * v)))
  const images = Array.from({ length: PLACES }, (_, i) => ({
    ...size,
    pixels: source.view.slice(i * length, (i + 1) * length),
  }))
  const programs = new PixelPrograms(size)
  // Those of an earlier step.
  for (const one of [...plans, ...plans]) {
    programs.begin()
    write(programs, one)
    programs.end()
  }
  expect(programs.count).toBe(2 * plans.length)
  const words = harness.bytes(8 * programs.words.length)
  words.view.set(new Uint8Array(programs.words.slice().buffer))
  const starts = harness.bytes(4 * programs.count)
  starts.view.set(new Uint8Array(programs.starts.buffer))
  const width = length / lines
  const target = harness.room(plans.length * lines * padded(width))
  const shard = pixelScratch(length, DEPTH)
  harness.run(
    'gatherAugmented',
    {
      source: source.address,
      target: target.address,
      lines,
      row: 4 * padded(width),
      high: 257 / 65536,
      low: Math.fround(1 / 255 - 257 / 65536),
      ...size,
      programs: words.address,
      starts: starts.address,
      scratch: harness.bytes(shards * shard).address,
      scratchShard: shard,
    },
    { rows: plans.length, shards, step: 1 },
  )
  const expected = plans.flatMap((one) => [...made(images, one).pixels].map((v) => Math.fround(v / 255)))
  expect(target.floats).toEqual(padLines(expected, width, padded(width)))
}

describe('each operation has the bits of its definition', () => {
  for (const [name, step] of Object.entries(steps))
    test.prop([shape, step, fc.nat()])(name, (size, one, from) => {
      check(size, [{ place: 1, steps: [one] }], { from: from + 1 })
    })

  test.prop([shape, fc.integer({ min: -4, max: 4 }), fc.integer({ min: -4, max: 4 }), fc.nat()])(
    'resample at halves of pixels, which are rounded up',
    (size, dx, dy, from) => {
      const m = { xx: 1, xy: 0, yx: 0, yy: 1, dx: dx / 2, dy: dy / 2 }
      check(size, [{ place: 0, steps: [[(p) => p.resample(m), (image) => reference.resample(image, m)]] }], {
        from: from + 1,
      })
    },
  )
})

test.prop([
  shape,
  fc.array(plan(anyStep, DEPTH), { minLength: 1, maxLength: 9 }),
  fc.integer({ min: 1, max: 9 }),
  fc.nat(),
])(
  'programs of several operations that mix images, for any shards and lines',
  (size, plans, shards, from) => {
    check(size, plans, { shards, lines: from % 2 ? size.height : 1, from: from + 1 })
  },
)
