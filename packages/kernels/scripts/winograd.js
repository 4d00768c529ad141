/**
 * The transforms of Winograd's convolutions F(2×2, 3×3) and F(4×4, 3×3) with all values in local variables, for
 * generated/winograd.ts. An output tile of r×r pixels is Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A of an input tile d of n×n pixels, n = r + 2;
 * the gradient by the weights is Gᵀ[(Bᵀ·d·B) ⊙ (A·y·Aᵀ)]G. Points 0, ±1, ∞ and 0, ±3/4, ±3/2, ∞: with ±1, ±2 the error
 * would be twice as large.
 */

const add = (a, b) => `f32x4.add(${a}, ${b})`
const sub = (a, b) => `f32x4.sub(${a}, ${b})`
const mul = (a, constant) => `f32x4.mul(${a}, ${constant})`

/**
 * A transform of one dimension: from the names of its inputs to named temporary values and its outputs. `t(name)` makes
 * the name of a temporary value unique.
 */
const F2 = {
  tile: 2,
  constants: { half: 0.5 },
  input: (d) => ({
    temporaries: [],
    outputs: [sub(d[0], d[2]), add(d[1], d[2]), sub(d[2], d[1]), sub(d[1], d[3])],
  }),
  output: (m) => ({
    temporaries: [],
    outputs: [add(add(m[0], m[1]), m[2]), sub(sub(m[1], m[2]), m[3])],
  }),
  gradient: (y) => ({
    temporaries: [],
    outputs: [y[0], add(y[0], y[1]), sub(y[0], y[1]), `f32x4.neg(${y[1]})`],
  }),
  weights: (g, t) => ({
    temporaries: [
      [t('s'), mul(add(g[0], g[2]), 'half')],
      [t('h'), mul(g[1], 'half')],
    ],
    outputs: [g[0], add(t('s'), t('h')), sub(t('s'), t('h')), g[2]],
  }),
  weightsBack: (u, t) => ({
    temporaries: [[t('s'), mul(add(u[1], u[2]), 'half')]],
    outputs: [add(u[0], t('s')), mul(sub(u[1], u[2]), 'half'), add(t('s'), u[3])],
  }),
}

/** Points 0, ±a, ±b, ∞. */
function F4(a, b) {
  const [a2, b2] = [a * a, b * b]
  const [atZero, atA, atB] = [a2 * b2, 2 * a2 * (a2 - b2), 2 * b2 * (b2 - a2)]
  return {
    tile: 4,
    constants: {
      a,
      b,
      a2,
      b2,
      a3: a * a2,
      b3: b * b2,
      sum: a2 + b2,
      product: a2 * b2,
      ba2: b * a2,
      ab2: a * b2,
      g0: 1 / atZero,
      ga: 1 / atA,
      ga1: a / atA,
      ga2: a2 / atA,
      gb: 1 / atB,
      gb1: b / atB,
      gb2: b2 / atB,
    },
    input: (d, t) => ({
      temporaries: [
        [t('p'), sub(d[4], mul(d[2], 'b2'))],
        [t('q'), sub(mul(d[3], 'a'), mul(d[1], 'ab2'))],
        [t('r'), sub(d[4], mul(d[2], 'a2'))],
        [t('s'), sub(mul(d[3], 'b'), mul(d[1], 'ba2'))],
      ],
      outputs: [
        add(sub(mul(d[0], 'product'), mul(d[2], 'sum')), d[4]),
        add(t('p'), t('q')),
        sub(t('p'), t('q')),
        add(t('r'), t('s')),
        sub(t('r'), t('s')),
        add(sub(mul(d[1], 'product'), mul(d[3], 'sum')), d[5]),
      ],
    }),
    output: (m, t) => ({
      temporaries: [
        [t('p'), add(m[1], m[2])],
        [t('q'), sub(m[1], m[2])],
        [t('r'), add(m[3], m[4])],
        [t('s'), sub(m[3], m[4])],
      ],
      outputs: [
        add(add(m[0], t('p')), t('r')),
        add(mul(t('q'), 'a'), mul(t('s'), 'b')),
        add(mul(t('p'), 'a2'), mul(t('r'), 'b2')),
        add(add(mul(t('q'), 'a3'), mul(t('s'), 'b3')), m[5]),
      ],
    }),
    gradient: (y, t) => ({
      temporaries: [
        [t('p'), add(y[0], mul(y[2], 'a2'))],
        [t('q'), add(mul(y[1], 'a'), mul(y[3], 'a3'))],
        [t('r'), add(y[0], mul(y[2], 'b2'))],
        [t('s'), add(mul(y[1], 'b'), mul(y[3], 'b3'))],
      ],
      outputs: [
        y[0],
        add(t('p'), t('q')),
        sub(t('p'), t('q')),
        add(t('r'), t('s')),
        sub(t('r'), t('s')),
        y[3],
      ],
    }),
    weights: (g, t) => ({
      temporaries: [
        [t('p'), add(mul(g[0], 'ga'), mul(g[2], 'ga2'))],
        [t('q'), mul(g[1], 'ga1')],
        [t('r'), add(mul(g[0], 'gb'), mul(g[2], 'gb2'))],
        [t('s'), mul(g[1], 'gb1')],
      ],
      outputs: [
        mul(g[0], 'g0'),
        add(t('p'), t('q')),
        sub(t('p'), t('q')),
        add(t('r'), t('s')),
        sub(t('r'), t('s')),
        g[2],
      ],
    }),
    weightsBack: (u, t) => ({
      temporaries: [
        [t('p'), add(u[1], u[2])],
        [t('q'), sub(u[1], u[2])],
        [t('r'), add(u[3], u[4])],
        [t('s'), sub(u[3], u[4])],
      ],
      outputs: [
        add(add(mul(u[0], 'g0'), mul(t('p'), 'ga')), mul(t('r'), 'gb')),
        add(mul(t('q'), 'ga1'), mul(t('s'), 'gb1')),
        add(add(mul(t('p'), 'ga2'), mul(t('r'), 'gb2')), u[5]),
      ],
    }),
  }
}

const indent = (depth, lines) => lines.map((line) => `${'  '.repeat(depth)}${line}`)
const range = (count) => Array.from({ length: count }, (_, i) => i)

/** Names of the values of the second vector of a pair. */
const named = (name, vector) => (vector === 0 ? name : `${name}_${vector}`)

/**
 * Applies a transform to the columns of a square of `size`×`size` values, then to the rows of the results: for each of
 * `vectors` neighbouring vectors. V8 pairs the operations of two vectors if no store is between their loads, and none
 * between their stores.
 *
 * @param {(y: number, x: number, offset: number) => string} load
 * @param {(y: number, x: number, value: string, offset: number) => string} store
 * @param {string} [between] the address of room for the results of the columns. Without it they are local variables: then
 *   V8 moves all loads to the front, and a tile's do not fit in the registers
 */
function squared(transform, size, vectors, load, store, between) {
  const lines = []
  const at = (y, x, vector) => 16 * ((y * size + x) * vectors + vector)
  const count = transform(range(size), (name) => name).outputs.length
  for (const x of range(size)) {
    const values = range(vectors).map((vector) => {
      const inputs = range(size).map((y) => named(`d${y}${x}`, vector))
      inputs.forEach((input, y) => lines.push(`const ${input} = ${load(y, x, 16 * vector)}`))
      const { temporaries, outputs } = transform(inputs, (name) => named(`${name}v${x}`, vector))
      for (const [name, value] of temporaries) lines.push(`const ${name} = ${value}`)
      return outputs
    })
    for (const y of range(count))
      for (const vector of range(vectors)) {
        const value = values[vector][y]
        lines.push(
          between
            ? storeAt(between, value, at(y, x, vector))
            : `const ${named(`t${y}${x}`, vector)} = ${value}`,
        )
      }
  }
  for (const y of range(count)) {
    const values = range(vectors).map((vector) => {
      const inputs = range(size).map((x) => named(`t${y}${x}`, vector))
      if (between)
        inputs.forEach((input, x) => lines.push(`const ${input} = ${loadAt(between, at(y, x, vector))}`))
      const { temporaries, outputs } = transform(inputs, (name) => named(`${name}h${y}`, vector))
      for (const [name, value] of temporaries) lines.push(`const ${name} = ${value}`)
      return outputs
    })
    for (const x of range(count))
      for (const vector of range(vectors)) lines.push(store(y, x, values[vector][x], 16 * vector))
  }
  return lines
}

const times = (count, unit) => (count === 0 ? '' : count === 1 ? ` + ${unit}` : ` + ${count} * ${unit}`)
const loadAt = (address, offset) => `v128.load(${address}${offset === 0 ? '' : `, ${offset}`})`
const storeAt = (address, value, offset) =>
  `v128.store(${address}, ${value}${offset === 0 ? '' : `, ${offset}`})`

/** A loop over the vectors of `bytes` bytes, a multiple of 16. */
const loop = (pointers, step, body) => [
  `for (; bytes >= ${step}; ${['bytes -=', ...pointers.map((pointer) => `${pointer} +=`)].map((part) => `${part} ${step}`).join(', ')}) {`,
  ...indent(1, body(step / 16)),
  '}',
]
/** The same over pairs of vectors where V8 pairs them. Else a vector alone needs fewer registers. */
const loopOverPairs = (pointers, body) => [
  'if (paired) {',
  ...indent(1, loop(pointers, 32, body)),
  '}',
  ...loop(pointers, 16, body),
]

/**
 * The addresses of a tile's points. Those of ∞, of the last row and column, have addresses of their own: a tile that reaches
 * over the edge does without them, so they lie closer.
 */
const pointers = (name) => [name, `${name}Below`, `${name}Right`, `${name}Corner`]
const parametersOf = (names) => names.map((name) => `${name}: usize`).join(', ')
/** The address of point (y, x). */
const pointAt = (name, n, y, x) => {
  const [inner, below, right, corner] = pointers(name)
  const [first, last] = y === n - 1 ? [below, corner] : [inner, right]
  return `${x === n - 1 ? last : first}${times(n * y + x, 'point')}`
}

function transforms({ tile, constants, ...f }) {
  const n = tile + 2
  /** The constants that `body` uses. */
  const used = (body) =>
    Object.entries(constants)
      .filter(([name]) => body.some((line) => new RegExp(`\\b${name}\\b`).test(line)))
      .map(
        ([name, value]) =>
          `const ${name} = f32x4.splat(${Number.isInteger(value) ? value : `<f32>${value}`})`,
      )
  const transformOf = (name, parameters, body, lines) => [
    `export function ${name}${tile}(${parameters}, bytes: usize): void {`,
    ...indent(1, used(body(1))),
    ...indent(1, lines),
    '}\n',
  ]
  const overVectors = (name, parameters, body) =>
    transformOf(name, parameters, body, loop(['from', 'to'], 16, body))
  const overPairs = (name, parameters, body) =>
    transformOf(name, parameters, body, loopOverPairs(['from', ...pointers('to')], body))
  const toPoints = `${parametersOf(pointers('to'))}, point: usize, between: usize`
  return [
    '/** Weights of one panel: rows of nine taps, `tap` bytes apart, to points `point` bytes apart. */',
    ...overVectors('weights', 'from: usize, tap: usize, to: usize, point: usize', (vectors) =>
      squared(
        f.weights,
        3,
        vectors,
        (y, x, offset) => loadAt(`from${times(3 * y + x, 'tap')}`, offset),
        (y, x, value, offset) => storeAt(`to${times(n * y + x, 'point')}`, value, offset),
      ),
    ),
    '/** The gradient of the weights from that of the points. */',
    ...overVectors(
      'weightsBack',
      'from: usize, point: usize, to: usize, tap: usize, between: usize',
      (vectors) =>
        squared(
          f.weightsBack,
          n,
          vectors,
          (y, x, offset) => loadAt(`from${times(n * y + x, 'point')}`, offset),
          (y, x, value, offset) => storeAt(`to${times(3 * y + x, 'tap')}`, value, offset),
          'between',
        ),
    ),
    '/** A tile of the input map to points `point` bytes apart. */',
    ...overPairs('input', `from: usize, row: usize, pixel: usize, ${toPoints}`, (vectors) => [
      ...rows('r', 'from', n),
      ...squared(
        f.input,
        n,
        vectors,
        (y, x, offset) => loadAt(`r${y}${times(x, 'pixel')}`, offset),
        (y, x, value, offset) => storeAt(pointAt('to', n, y, x), value, offset),
        'between',
      ),
    ]),
    '/** A tile of the gradient of the output map to points. */',
    ...overPairs('gradient', `from: usize, row: usize, pixel: usize, ${toPoints}`, (vectors) => [
      ...rows('r', 'from', tile),
      ...squared(
        f.gradient,
        tile,
        vectors,
        (y, x, offset) => loadAt(`r${y}${times(x, 'pixel')}`, offset),
        (y, x, value, offset) => storeAt(pointAt('to', n, y, x), value, offset),
        'between',
      ),
    ]),
    '/**',
    ' * Points to the pixels of a tile of the output map, with bias and activation: no value is below `floor`. `bias` is the address of',
    ' * a vector, or 0. The pixels may replace the points.',
    ' */',
    ...output(tile, n, f.output, used),
  ]
}

function output(tile, n, transform, used) {
  const advanced = [...pointers('from'), 'to']
  const body = (biased) => (vectors) => [
    ...(biased
      ? range(vectors).map((vector) => `const ${named('start', vector)} = ${loadAt('bias', 16 * vector)}`)
      : []),
    ...rows('q', 'to', tile),
    ...squared(
      transform,
      n,
      vectors,
      (y, x, offset) => loadAt(pointAt('from', n, y, x), offset),
      (y, x, value, offset) => {
        const sum = biased ? add(value, named('start', offset / 16)) : value
        return storeAt(`q${y}${times(x, 'pixel')}`, `f32x4.pmax(${sum}, least)`, offset)
      },
      'between',
    ),
    ...(biased ? [`bias += ${16 * vectors}`] : []),
  ]
  return [
    `export function output${tile}(${parametersOf(pointers('from'))}, point: usize, to: usize, row: usize, pixel: usize, bias: usize, floor: f32, between: usize, bytes: usize): void {`,
    ...indent(1, used(body(true)(1))),
    '  const least = f32x4.splat(floor)',
    '  if (bias) {',
    ...indent(2, loopOverPairs(advanced, body(true))),
    '  } else {',
    ...indent(2, loopOverPairs(advanced, body(false))),
    '  }',
    '}\n',
  ]
}

/** Names of addresses `row` bytes apart. */
const rows = (name, first, count) => [
  `const ${name}0 = ${first}`,
  ...range(count)
    .slice(1)
    .map((y) => `const ${name}${y} = ${name}${y - 1} + row`),
]

/** Lines of generated/winograd.ts. */
export const winograd = [
  "import { paired } from '../context'\n",
  ...transforms(F2),
  ...transforms(F4(3 / 4, 3 / 2)),
]
