import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Contender
 * @property {string} name
 * @property {string} file name of its adapter in contenders/
 * @property {Record<string, unknown>} [options] options that distinguish it from other contenders with the same file
 * @property {string[]} [flags] of Node.js
 * @property {boolean} [imageNetworks] whether it has the networks of networks.js
 * @property {string} [only] its only measurement; all if absent
 */

/** All contenders, Treadle first. A .py file needs the virtual environment. @type {Contender[]} */
export const contenders = [
  {
    name: 'treadle-compiled-2',
    file: 'treadle.js',
    options: { executor: 'compiled', threads: 2 },
    imageNetworks: true,
  },
  {
    name: 'treadle-compiled-1',
    file: 'treadle.js',
    options: { executor: 'compiled', threads: 1 },
    imageNetworks: true,
  },
  // Node.js 24 and later.
  ...[2, 1].map((threads) => ({
    name: `treadle-wide-${threads}`,
    file: 'treadle.js',
    options: { executor: 'compiled', threads },
    flags: ['--experimental-wasm-revectorize'],
    imageNetworks: true,
  })),
  {
    name: 'treadle-classifier',
    file: 'treadle.js',
    options: { executor: 'compiled', threads: 2, classify: true },
    imageNetworks: true,
    only: 'latency',
  },
  {
    name: 'treadle-eager-2',
    file: 'treadle.js',
    options: { executor: 'eager', threads: 2 },
    imageNetworks: true,
  },
  {
    name: 'treadle-eager-1',
    file: 'treadle.js',
    options: { executor: 'eager', threads: 1 },
    imageNetworks: true,
  },
  { name: 'tfjs-wasm', file: 'tfjs-wasm.js' },
  { name: 'tfjs-wasm-threads-2', file: 'tfjs-wasm-threads.js', options: { threads: 2 } },
  { name: 'tfjs-cpu', file: 'tfjs-cpu.js' },
  { name: 'jax-js', file: 'jax-js.js' },
  ...[1, 2].flatMap((threads) => [
    { name: `keras-tensorflow-${threads}`, file: 'keras_tensorflow.py', options: { threads } },
    { name: `keras-tensorflow-jit-${threads}`, file: 'keras_tensorflow.py', options: { threads, jit: true } },
    { name: `keras-jax-${threads}`, file: 'keras_jax.py', options: { threads } },
    { name: `pytorch-${threads}`, file: 'pytorch.py', options: { threads } },
    { name: `pytorch-compile-${threads}`, file: 'pytorch.py', options: { threads, compile: true } },
  ]),
]

/** The program and arguments that run `job` with `contender`. */
export function commandOf(contender, job, python) {
  const path = fileURLToPath(new URL(`contenders/${contender.file}`, import.meta.url))
  const argument = JSON.stringify({ ...job, ...contender.options })
  return contender.file.endsWith('.py')
    ? [python, [path, argument]]
    : [process.execPath, [...(contender.flags ?? []), path, argument]]
}
