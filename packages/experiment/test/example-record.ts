import { parseRecipe, type RunRecord } from '../src/index.ts'

/** A record as `treadle train` writes it. */
export function exampleRecord(patch: Partial<RunRecord> = {}): RunRecord {
  return {
    format: 2,
    status: 'finished',
    command: 'treadle train --seed 1',
    startedAt: '2026-01-31T14:25:30.000Z',
    seconds: 12.5,
    recipe: parseRecipe({ model: 'wide-and-deep', data: 'sample', training: { epochs: 2 } }),
    model: {
      name: 'wide_and_deep',
      layers: [
        {
          name: 'dense',
          type: 'Dense',
          outputShape: [null, 28, 30],
          parameters: 870,
          connectedTo: ['input'],
        },
      ],
      parameters: { total: 870, trainable: 870, nonTrainable: 0 },
    },
    dataset: {
      name: 'Fashion-MNIST',
      kind: 'images',
      names: ['a', 'b'],
      source: { kind: 'sample', sha256: {} },
      train: 6,
      test: 2,
    },
    backend: { name: 'treadle-wasm', simd: true, threads: 2 },
    executor: 'eager',
    versions: { node: '20.20.0' },
    ...patch,
  }
}
