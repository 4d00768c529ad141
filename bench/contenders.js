import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Contender
 * @property {string} name ends in the number of threads, if the contender can have several
 * @property {string} file name of its adapter in contenders/
 * @property {number} threads that compute
 * @property {Record<string, unknown>} [options] options that distinguish it from other contenders with the same file
 * @property {string[]} [flags] of Node.js
 * @property {boolean} [imagesOnly] has the networks of networks.js only
 * @property {boolean} [slow] a step of an image network takes seconds: measured in the first round only
 * @property {string} [only] its only measurement; all if absent
 */

/** A contender for one thread and one for two. */
const onThreads = (name, file, more = {}) =>
  [2, 1].map((threads) => ({ name: `${name}-${threads}`, file, threads, ...more }))

/** All contenders, Treadle first. A .py file needs the virtual environment. @type {Contender[]} */
export const contenders = [
  ...onThreads('treadle-compiled', 'treadle.js', { options: { executor: 'compiled' } }),
  // Node.js 24 and later.
  ...onThreads('treadle-wide', 'treadle.js', {
    options: { executor: 'compiled' },
    flags: ['--experimental-wasm-revectorize'],
  }),
  {
    name: 'treadle-classifier',
    file: 'treadle.js',
    threads: 2,
    options: { executor: 'compiled', classify: true },
    only: 'latency',
  },
  ...onThreads('treadle-eager', 'treadle.js', { options: { executor: 'eager' } }),
  ...onThreads('tfjs-treadle', 'tfjs-treadle.js'),
  { name: 'tfjs-wasm', file: 'tfjs-wasm.js', threads: 1 },
  { name: 'tfjs-wasm-threads-2', file: 'tfjs-wasm-threads.js', threads: 2 },
  { name: 'tfjs-cpu', file: 'tfjs-cpu.js', threads: 1, slow: true },
  { name: 'jax-js', file: 'jax-js.js', threads: 1, slow: true },
  ...onThreads('keras-tensorflow', 'keras_tensorflow.py'),
  ...onThreads('keras-tensorflow-jit', 'keras_tensorflow.py', { options: { jit: true } }),
  ...onThreads('keras-jax', 'keras_jax.py'),
  ...onThreads('pytorch', 'pytorch.py'),
  ...onThreads('pytorch-channels-last', 'pytorch.py', { options: { channelsLast: true }, imagesOnly: true }),
  ...onThreads('pytorch-compile', 'pytorch.py', { options: { compile: true } }),
]

/** The contenders that differ only in the number of threads have one family. */
export function familyOf(name) {
  return name.replace(/-\d+$/, '')
}

/**
 * The program and arguments that run `job` with `contender`.
 * @param {{ python: string, wideNode: string }} programs
 */
export function commandOf(contender, job, { python, wideNode }) {
  const { file, threads, options, flags } = contender
  const path = fileURLToPath(new URL(`contenders/${file}`, import.meta.url))
  const argument = JSON.stringify({ ...job, threads, ...options })
  if (file.endsWith('.py')) return [python, [path, argument]]
  return flags ? [wideNode, [...flags, path, argument]] : [process.execPath, [path, argument]]
}
