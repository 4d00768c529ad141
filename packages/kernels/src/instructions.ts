/**
 * The instructions of the sequencer: opcode, and operands in the order of their words. The sources under `assembly/`
 * say what each does. `address` and `stride` operands are bytes; strides go from one line to the next; `lines` is
 * the number of lines a sample has, `width` a line's floats.
 */
export const instructions = {
  gatherBytes: {
    opcode: 1,
    operands: {
      source: 'address',
      target: 'address',
      lines: 'i32',
      width: 'i32',
      row: 'i32',
      high: 'f32',
      low: 'f32',
    },
  },
  gatherFloats: {
    opcode: 2,
    operands: { source: 'address', target: 'address', lines: 'i32', width: 'i32', row: 'i32' },
  },
  scatterRows: {
    opcode: 3,
    operands: { source: 'address', target: 'address', lines: 'i32', width: 'i32', row: 'i32' },
  },
  relayout: {
    opcode: 4,
    operands: {
      source: 'address',
      sourceSample: 'i32',
      target: 'address',
      targetSample: 'i32',
      table: 'address',
      count: 'i32',
      accumulate: 'i32',
    },
  },

  gemm: {
    opcode: 10,
    operands: {
      a: 'address',
      aRow: 'i32',
      b: 'address',
      bRow: 'i32',
      panel: 'i32',
      c: 'address',
      cRow: 'i32',
      k: 'i32',
      columns: 'i32',
      lines: 'i32',
      bias: 'address',
      flags: 'i32',
      groups: 'i32',
      bGroup: 'i32',
      cGroup: 'i32',
      byColumn: 'i32',
    },
  },
  gemmOverRows: {
    opcode: 11,
    operands: {
      a: 'address',
      aRow: 'i32',
      b: 'address',
      bRow: 'i32',
      c: 'address',
      cRow: 'i32',
      cPanel: 'i32',
      m: 'i32',
      columns: 'i32',
      lines: 'i32',
      cShard: 'i32',
      mode: 'i32',
    },
  },
  gemmTransposed: {
    opcode: 12,
    operands: {
      a: 'address',
      aRow: 'i32',
      b: 'address',
      bRow: 'i32',
      c: 'address',
      cRow: 'i32',
      k: 'i32',
      columns: 'i32',
      padded: 'i32',
      lines: 'i32',
      bias: 'address',
      flags: 'i32',
      byColumn: 'i32',
    },
  },
  transpose: {
    opcode: 13,
    operands: {
      source: 'address',
      row: 'i32',
      panel: 'i32',
      target: 'address',
      targetRow: 'i32',
      targetPanel: 'i32',
      k: 'i32',
      columns: 'i32',
    },
  },

  batchStatistics: {
    opcode: 20,
    operands: { x: 'address', row: 'i32', width: 'i32', lines: 'i32', partials: 'address' },
  },
  normalize: {
    opcode: 21,
    operands: {
      x: 'address',
      xRow: 'i32',
      y: 'address',
      yRow: 'i32',
      width: 'i32',
      lines: 'i32',
      partials: 'address',
      gamma: 'address',
      beta: 'address',
      movingMean: 'address',
      movingVariance: 'address',
      saved: 'address',
      epsilon: 'f32',
      rate: 'f32',
    },
  },
  batchGradients: {
    opcode: 22,
    operands: {
      x: 'address',
      xRow: 'i32',
      dy: 'address',
      dyRow: 'i32',
      width: 'i32',
      lines: 'i32',
      saved: 'address',
      dGamma: 'address',
      dGammaShard: 'i32',
      dBeta: 'address',
      dBetaShard: 'i32',
    },
  },
  normalizeBackward: {
    opcode: 23,
    operands: {
      x: 'address',
      xRow: 'i32',
      dy: 'address',
      dyRow: 'i32',
      dx: 'address',
      dxRow: 'i32',
      width: 'i32',
      lines: 'i32',
      saved: 'address',
      gamma: 'address',
      dGamma: 'address',
      dGammaShard: 'i32',
      dBeta: 'address',
      dBetaShard: 'i32',
      relu: 'i32',
      accumulate: 'i32',
    },
  },
  scaleShift: {
    opcode: 24,
    operands: {
      x: 'address',
      xRow: 'i32',
      y: 'address',
      yRow: 'i32',
      width: 'i32',
      lines: 'i32',
      affine: 'address',
      shiftless: 'i32',
      accumulate: 'i32',
    },
  },

  drawMask: { opcode: 30, operands: { mask: 'address', size: 'i32', threshold: 'i32', stream: 'i32' } },
  applyMask: {
    opcode: 31,
    operands: {
      x: 'address',
      xRow: 'i32',
      y: 'address',
      yRow: 'i32',
      width: 'i32',
      lines: 'i32',
      mask: 'address',
      maskRow: 'i32',
      scale: 'f32',
      accumulate: 'i32',
    },
  },

  activate: {
    opcode: 40,
    operands: {
      kind: 'i32',
      x: 'address',
      xRow: 'i32',
      y: 'address',
      yRow: 'i32',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
  },
  activateBackward: {
    opcode: 41,
    operands: {
      kind: 'i32',
      y: 'address',
      yRow: 'i32',
      dy: 'address',
      dyRow: 'i32',
      dx: 'address',
      dxRow: 'i32',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
  },
  softmax: {
    opcode: 42,
    operands: { x: 'address', xRow: 'i32', y: 'address', yRow: 'i32', width: 'i32', lines: 'i32' },
  },
  softmaxBackward: {
    opcode: 43,
    operands: {
      y: 'address',
      yRow: 'i32',
      dy: 'address',
      dyRow: 'i32',
      dx: 'address',
      dxRow: 'i32',
      width: 'i32',
      lines: 'i32',
      accumulate: 'i32',
    },
  },
  add: {
    opcode: 44,
    operands: {
      a: 'address',
      aRow: 'i32',
      b: 'address',
      bRow: 'i32',
      y: 'address',
      yRow: 'i32',
      width: 'i32',
      lines: 'i32',
    },
  },
  sumColumns: {
    opcode: 45,
    operands: { x: 'address', row: 'i32', width: 'i32', lines: 'i32', out: 'address', outShard: 'i32' },
  },

  sparseCrossEntropy: { opcode: 50, operands: lossOperands() },
  categoricalCrossEntropy: { opcode: 51, operands: lossOperands() },
  binaryCrossEntropy: { opcode: 52, operands: lossOperands() },
  squaredError: { opcode: 53, operands: lossOperands() },
  finishLoss: { opcode: 54, operands: { partials: 'address', penalties: 'address', penaltyCount: 'i32' } },

  adam: {
    opcode: 60,
    operands: {
      weights: 'address',
      gradients: 'address',
      part: 'i32',
      parts: 'i32',
      count: 'i32',
      first: 'address',
      second: 'address',
      c1: 'f32',
      c2: 'f32',
      epsilon: 'f32',
      decay: 'f32',
      l1: 'f32',
      l2: 'f32',
    },
  },
  sgd: {
    opcode: 61,
    operands: {
      weights: 'address',
      gradients: 'address',
      part: 'i32',
      parts: 'i32',
      count: 'i32',
      first: 'address',
      momentum: 'f32',
      nesterov: 'i32',
      l1: 'f32',
      l2: 'f32',
    },
  },
  penalty: {
    opcode: 62,
    operands: { weights: 'address', count: 'i32', l1: 'f32', l2: 'f32', out: 'address' },
  },
  joinGradient: {
    opcode: 63,
    operands: {
      weights: 'address',
      gradients: 'address',
      part: 'i32',
      parts: 'i32',
      count: 'i32',
      out: 'address',
      l1: 'f32',
      l2: 'f32',
      norms: 'address',
    },
  },
  clipGradient: {
    opcode: 64,
    operands: {
      gradients: 'address',
      count: 'i32',
      norms: 'address',
      normCount: 'i32',
      limit: 'f32',
      together: 'i32',
    },
  },
} as const satisfies Record<string, { opcode: number; operands: Record<string, OperandType> }>

function lossOperands() {
  return {
    logits: 'address',
    row: 'i32',
    units: 'i32',
    targets: 'address',
    weights: 'address',
    gradients: 'address',
    gradientRow: 'i32',
    partials: 'address',
  } as const
}

export type OperandType = 'address' | 'i32' | 'f32'
export type InstructionName = keyof typeof instructions

/** An instruction's operands by name. `Address` is a number, or what a program's planner resolves to one. */
export type Operands<Name extends InstructionName, Address = number> = {
  -readonly [
    Key in keyof (typeof instructions)[Name]['operands']
  ]: (typeof instructions)[Name]['operands'][Key] extends 'address' ? Address : number
}

/**
 * Values of the operand `flags` of the products. `skipZeros`, of gemm alone: terms whose factor in A is zero are left
 * out, which gives the same sums, but for 0 · ∞ and 0 · NaN, which then add nothing.
 */
export const gemmFlags = { relu: 1, keep: 2, skipZeros: 4 } as const
/** Values of the operand `kind` of the activations. */
export const activationKinds = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 } as const

export const RECORD_BYTES = 128

/** Writes one instruction at `at`, 128 bytes. */
export function writeInstruction<Name extends InstructionName>(
  view: DataView,
  at: number,
  name: Name,
  operands: Operands<Name>,
): void {
  const { opcode, operands: types } = instructions[name]
  view.setInt32(at, opcode, true)
  let word = 1
  for (const [key, type] of Object.entries(types) as [string, OperandType][]) {
    const value = (operands as Record<string, number>)[key] as number
    if (type === 'f32') view.setFloat32(at + 4 * word, value, true)
    else view.setInt32(at + 4 * word, value, true)
    word += 1
  }
}

/** Switches the instruction at `at` off (it then does nothing) or back on. */
export function switchInstruction(view: DataView, at: number, name: InstructionName, on: boolean): void {
  view.setInt32(at, on ? instructions[name].opcode : 0, true)
}
