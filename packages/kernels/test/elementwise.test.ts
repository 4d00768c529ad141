import { fc, test } from '@fast-check/vitest'
import { beforeAll, expect } from 'vitest'
import { numbers } from './arbitraries.ts'
import { FeatureMap, values, type Border, type Values } from './feature-maps.ts'
import { Harness } from './harness.ts'

let harness: Harness
beforeAll(async () => {
  harness = await Harness.create()
})

const small = (max: number) => fc.integer({ min: 1, max })
const edge = fc.integer({ min: 0, max: 2 })
/** A border, and floats between the pixels. */
const surroundings = fc.record({
  top: edge,
  left: edge,
  bottom: edge,
  right: edge,
  gap: fc.constantFrom(0, 4),
})
const maps = fc.record({
  images: small(5),
  shards: small(6),
  height: small(6),
  width: small(6),
  channels: fc.constantFrom(4, 8, 12, 36),
  seed: small(2 ** 31 - 1),
})

type Size = Omit<Values, 'data'> & { readonly seed: number }
type Surroundings = Border & { readonly gap: number }

const specials = [0, -0, NaN, Infinity, -Infinity]
/** Numbers, and some values that need care. */
function random({ images, height, width, channels }: Size, seed: number): Values {
  const data = numbers(images * height * width * channels, seed)
  specials.forEach((value, i) => (data[(seed + 7 * i) % data.length] = value))
  return values(images, height, width, channels, data)
}

/** @returns a map of the values */
const mapOf = (content: Values, { gap, ...border }: Surroundings) =>
  new FeatureMap(harness, content, { ...border, stored: content.channels + gap, fill: 7 })

/** Runs an instruction from two maps to a third. @returns what it has written */
function run(
  name: 'add' | 'reluBackward',
  names: readonly [string, string, string],
  m: Size & { readonly shards: number },
  [first, second]: readonly [FeatureMap, FeatureMap],
  to: FeatureMap,
  relu?: number,
): Values {
  const { height, width, channels } = m
  const operands = {
    ...first.operands(names[0]),
    ...second.operands(names[1]),
    ...to.operands(names[2]),
    height,
    width,
    channels,
    ...(relu !== undefined && { relu }),
  }
  harness.run(name, operands as never, { rows: m.images, shards: m.shards })
  expect([...to.outside].filter((value) => value !== 7)).toEqual([])
  return to.read()
}

const around = fc.tuple(surroundings, surroundings, surroundings)

test.prop([maps, around, fc.boolean(), fc.boolean()])(
  'add adds maps of any borders, and takes the sum through a ReLU',
  (m, [forA, forB, forY], relu, inPlace) => {
    harness.clear()
    const [a, b] = [random(m, m.seed), random(m, m.seed + 1)]
    const inputs = [mapOf(a, forA), mapOf(b, forB)] as const
    const y = run('add', ['a', 'b', 'y'], m, inputs, inPlace ? inputs[1] : mapOf(a, forY), relu ? 1 : 0)
    const sums = a.data.map((value, i) => Math.fround(value + (b.data[i] as number)))
    // As a ReLU of its own does it: −0 and NaN stay.
    expect(y.data).toEqual(relu ? sums.map((sum) => (sum < 0 ? 0 : sum)) : sums)
  },
)

test.prop([maps, around, fc.boolean()])(
  'reluBackward keeps the gradient where the output is above 0',
  (m, [forY, forGradient, forResult], inPlace) => {
    harness.clear()
    const [y, dy] = [random(m, m.seed), random(m, m.seed + 1)]
    const inputs = [mapOf(y, forY), mapOf(dy, forGradient)] as const
    const to = inPlace ? inputs[1] : mapOf(y, forResult)
    const dx = run('reluBackward', ['y', 'dy', 'dx'], m, inputs, to)
    expect(dx.data).toEqual(dy.data.map((value, i) => ((y.data[i] as number) > 0 ? value : 0)))
  },
)
