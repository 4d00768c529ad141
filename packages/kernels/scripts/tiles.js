/**
 * The inner loops of the products, for generated/tiles.ts: tiles of C that stay in registers while the terms of their
 * sums go by. AssemblyScript inlines no function that changes several variables, and an array of sums would lie in
 * memory, so each tile is written out here.
 *
 * WASM has 16 vector registers at best. A tile of 2×16 keeps eight sums, four columns of B and one number of A in
 * them; measured against 4×8, 3×12, 3×16 and 6×8 it is within 3 % of the best, and as fast as the same loop from gcc.
 * With 256 bits, as V8 makes them by pairing neighbouring vectors, a tile of 2×16 has four sums, too few to hide the latency of an
 * addition: there a tile of 4×16 has eight, and is the faster one by a fifth. Without pairing its sums do not fit the registers.
 * The rate of instructions is the limit, so a strip of tiles is one call, all sums of a tile share one decision, and
 * a turn of the loop takes two terms, with an exit between them: see `dot1x5` in gemm.ts. bench/RESULTS.md has the
 * measurements.
 */

/** Rows and columns of the tiles. The rows that are left over have a tile of one row. */
const SHAPES = [
  [2, 16],
  [4, 16],
  [1, 16],
  [4, 8],
  [1, 8],
  [4, 4],
  [1, 4],
]

const range = (count) => Array.from({ length: count }, (_, i) => i)
const indent = (depth, lines) => lines.map((line) => `${'  '.repeat(depth)}${line}`)

/** A vector of four columns at an address. */
const load = (address, column) => `v128.load(${address}${column === 0 ? '' : `, ${16 * column}`})`

/** A tile of sums: `rows` rows of `vectors` vectors. */
class Tile {
  constructor(rows, columns) {
    this.rows = range(rows)
    this.vectors = range(columns / 4)
    this.sums = this.rows.flatMap((i) => this.vectors.map((j) => ({ name: `s${i}${j}`, i, j })))
  }

  /** Sums begin with what C holds, with the bias, or with zero. @param c addresses of the rows of C */
  begin(c, bias, declareBias = []) {
    return [
      ...this.sums.map(({ name }, index) => `let ${name} = ${index === 0 ? 'f32x4.splat(0)' : 's00'}`),
      'if (flags & GemmFlags.keep) {',
      ...indent(
        1,
        this.sums.map(({ name, i, j }) => `${name} = ${load(c[i], j)}`),
      ),
      '} else if (bias) {',
      ...indent(1, [
        ...declareBias,
        ...this.sums.map(({ name, i, j }) => `${name} = ${i === 0 ? load(bias, j) : `s0${j}`}`),
      ]),
      '}',
    ]
  }

  /** Declares or sets the columns of B at `term`. */
  columns(keyword) {
    return this.vectors.map((j) => `${keyword}b${j} = ${load('term', j)}`)
  }

  /** Adds one term to each sum. @param a the numbers of A, one for each row */
  add(a, keyword) {
    return this.rows.flatMap((i) => [
      `${i === 0 ? keyword : ''}x = v128.load32_splat(${a[i]})`,
      ...this.vectors.map((j) => `s${i}${j} = multiplyAdd(s${i}${j}, x, b${j})`),
    ])
  }

  /** Writes the sums to C. */
  end(c) {
    return [
      'if (flags & GemmFlags.relu) {',
      ...indent(
        1,
        this.sums.map(({ name }) => `${name} = relu(${name})`),
      ),
      '}',
      ...this.sums.map(({ name, i, j }) => `v128.store(${c[i]}, ${name}${j === 0 ? '' : `, ${16 * j}`})`),
    ]
  }
}

/**
 * C[i, j] = Σ_k A[i, k]·B[k, j] for a strip of tiles: row i, term k of A is at a + i·aRow + k·aTerm, so that one
 * function serves products over columns of A (aTerm 4) and over its rows (aRow 4). Of `m` rows those that fill whole
 * tiles are done.
 */
function strip([height, width]) {
  const tile = new Tile(height, width)
  const a = tile.rows.map((i) => `a${i}`)
  const c = tile.rows.map((i) => (i === 0 ? 'c' : `c${i}`))
  const shift = { 1: '', 2: ' << 1', 4: ' << 2' }[height]
  const advance = [...a.map((name) => `${name} += aTerm`), 'term += bRow']
  const loop =
    height === 1
      ? [
          'for (let n = k; n > 0; n--) {',
          ...indent(1, [...tile.columns('const '), ...tile.add(a, 'const '), ...advance]),
          '}',
        ]
      : [
          'for (let n = k; n > 0; n -= 2) {',
          ...indent(1, [
            ...tile.columns('let '),
            ...tile.add(a, 'let '),
            'if (n == 1) break',
            ...advance,
            ...tile.columns(''),
            ...tile.add(a, ''),
            ...advance,
          ]),
          '}',
        ]
  const count = height === 1 ? 'm > 0; m--' : `m >= ${height}; m -= ${height}`
  return [
    `export function strip${height}x${width}(`,
    '  a: usize, aRow: usize, aTerm: usize, b: usize, bRow: usize, c: usize, cRow: usize,',
    '  k: i32, m: i32, bias: usize, flags: i32,',
    '): void {',
    `  for (; ${count}, a += aRow${shift}, c += cRow${shift}) {`,
    ...indent(2, [
      ...a.map((name, i) => `let ${name} = ${i === 0 ? 'a' : `a${i - 1} + aRow`}`),
      ...c.slice(1).map((name, i) => `const ${name} = ${c[i]} + cRow`),
      ...tile.begin(c, 'bias'),
      'let term = b',
      ...loop,
      ...tile.end(c),
    ]),
    '  }',
    '}\n',
  ]
}

/**
 * The strip for an A with many zeros (see assembly/nonzero.ts): `m` rows of A by `panels` panels of 16 columns, up to TERMS
 * terms. From the first nonzero term of two rows to the last it takes all, as `strip2x16` does; or, if fewer than
 * three in four of them are nonzero, those alone, found bit by bit at a third more instructions for each term.
 */
function nonzeroStrip() {
  const tile = new Tile(2, 16)
  const c = ['cp', 'cq']
  return [
    'export function nonzero2x16(',
    '  a: usize, aRow: usize, b: usize, bRow: usize, panel: usize, panels: i32, c: usize, cRow: usize,',
    '  k: i32, m: i32, bias: usize, flags: i32,',
    '): void {',
    '  for (; m >= 2; m -= 2, a += aRow << 1, c += cRow << 1) {',
    '    const a1 = a + aRow',
    '    const nonzero = nonzeroBits(a, k) | nonzeroBits(a1, k)',
    '    const first = <usize>ctz(nonzero)',
    '    const length = nonzero ? TERMS - clz(nonzero) - <i32>first : 0',
    '    const dense = 3 * length <= 4 * popcnt(nonzero)',
    '    for (let p: usize = 0; p < <usize>panels; p++) {',
    ...indent(3, [
      'const bp = b + p * panel',
      'const cp = c + (p << 6)',
      'const cq = cp + cRow',
      ...tile.begin(c, 'biasP', ['const biasP = bias + (p << 6)']),
      'if (dense) {',
      ...indent(1, [
        'let x0 = a + (first << 2)',
        'let x1 = a1 + (first << 2)',
        'let term = bp + first * bRow',
        'for (let n = length; n > 0; n -= 2) {',
        ...indent(1, [
          ...tile.columns('let '),
          ...tile.add(['x0', 'x1'], 'let '),
          'if (n == 1) break',
          'term += bRow',
          ...tile.columns(''),
          ...tile.add(['x0, 4', 'x1, 4'], ''),
          'x0 += 8',
          'x1 += 8',
          'term += bRow',
        ]),
        '}',
      ]),
      '} else {',
      ...indent(1, [
        'let left = nonzero',
        'do {',
        ...indent(1, [
          'const j = <usize>ctz(left)',
          'left &= left - 1',
          'const term = bp + j * bRow',
          ...tile.columns('const '),
          ...tile.add(['a + (j << 2)', 'a1 + (j << 2)'], 'let '),
        ]),
        '} while (left)',
      ]),
      '}',
      ...tile.end(c),
    ]),
    '    }',
    '  }',
    '  // A row that is left over is paired with itself.',
    '  if (m == 1) nonzero2x16(a, 0, b, bRow, panel, panels, c, 0, k, 2, bias, flags)',
    '}\n',
  ]
}

/** Tiles of the strips of a convolution. Every position of the output map belongs to a tile: see `convolutionStrip`. */
const CONVOLUTION_SHAPES = [
  [2, 16],
  [4, 16],
  [4, 8],
  [4, 4],
]

/**
 * The strip of a convolution: `m` positions of the output map, `width` to a row and `height` rows to an image, by the
 * columns of a tile. The terms of a position lie in `segments` runs of `terms` floats, `segment` bytes apart. A tile
 * that is not full computes its last position again.
 *
 * A turn of the loop takes two terms, with an exit between them, as `strip` does.
 */
function convolutionStrip([height, width]) {
  const tile = new Tile(height, width)
  const a = tile.rows.map((i) => `a${i}`)
  const p = tile.rows.map((i) => `p${i}`)
  const c = tile.rows.map((i) => `c${i}`)
  const next = [
    'x += xStep',
    'y += yStep',
    'if (++column == width) {',
    ...indent(1, [
      'column = 0',
      'x += xJump',
      'y += yJump',
      'if (++line == height) {',
      ...indent(1, ['line = 0', 'x += xImageJump', 'y += yImageJump']),
      '}',
    ]),
    '}',
  ]
  return [
    `export function convolution${height}x${width}(`,
    '  x: usize, xStep: usize, xJump: usize, xImageJump: usize, b: usize, bRow: usize,',
    '  y: usize, yStep: usize, yJump: usize, yImageJump: usize,',
    '  m: i32, line: i32, width: i32, height: i32, segments: i32, segment: usize, terms: i32, bias: usize, flags: i32,',
    '): void {',
    '  let column = 0',
    `  for (; m > 0; m -= ${height}) {`,
    ...indent(2, [
      ...tile.rows.flatMap((i) =>
        i === 0
          ? ['let p0 = x', 'const c0 = y', ...next]
          : [
              `let p${i} = p${i - 1}`,
              `let c${i} = c${i - 1}`,
              `if (m > ${i}) {`,
              ...indent(1, [`p${i} = x`, `c${i} = y`, ...next]),
              '}',
            ],
      ),
      ...tile.begin(c, 'bias'),
      'let term = b',
      'for (let s = segments; s > 0; s--) {',
      ...indent(1, [
        ...a.map((name, i) => `let ${name} = ${p[i]}`),
        'for (let n = terms; n > 0; n -= 2) {',
        ...indent(1, [
          ...tile.columns('let '),
          ...tile.add(a, 'let '),
          'term += bRow',
          'if (n == 1) break',
          ...tile.columns(''),
          ...tile.add(
            a.map((name) => `${name}, 4`),
            '',
          ),
          ...a.map((name) => `${name} += 8`),
          'term += bRow',
        ]),
        '}',
        ...p.map((name) => `${name} += segment`),
      ]),
      '}',
      ...tile.end(c),
    ]),
    '  }',
    '}\n',
  ]
}

/** Lines of generated/tiles.ts. */
export const tiles = [
  "import { multiplyAdd } from '../multiply-add'",
  "import { nonzeroBits, TERMS } from '../nonzero'",
  "import { relu } from '../relu'",
  "import { GemmFlags } from './records'\n",
  ...SHAPES.flatMap(strip),
  ...nonzeroStrip(),
  ...CONVOLUTION_SHAPES.flatMap(convolutionStrip),
]
