import { mutateOptions } from '../mutate-options.js'
import { Random } from '../random.js'
import { knownModel, leaks } from './support/known-model.js'
import { optionCalls } from './support/option-calls.js'

/** Options of the public functions with wrong types, unknown names and strange values at any depth. */
export default {
  name: 'options',

  async prepare(packages) {
    const known = await knownModel(packages)
    const calls = Object.values(await optionCalls(packages))
    const tensors = await leaks(packages)
    return { bases: calls.length, calls, known, tensors }
  },

  make({ base, changes }, { calls }) {
    const { options, call } = calls[base]
    const changed = changes.reduce((value, seed) => mutateOptions(value, new Random(seed)), options)
    return { call, changed }
  },

  /** The reason of an aborted signal among the options is a right answer. */
  async run({ call, changed }) {
    try {
      await call(changed)
    } catch (error) {
      const signal = changed?.signal
      if (!(signal instanceof AbortSignal) || error !== signal.reason) throw error
    }
  },

  isOutermost: ({ code }) => code === 'CORE_BAD_OPTIONS' || code === 'CORE_UNKNOWN_OPTION',

  async check({ known, tensors }) {
    await known.check()
    await tensors.check()
  },
}
