import { collect } from '../bytes.ts'
import type { Cache } from '../platform.ts'
import type { ContractParts } from './contract-options.ts'

/** The folder of the cache. */
const FOLDER = 'decided'
/** Bytes of all texts together: some thousands. */
const LIMIT = 2 ** 20

/**
 * Where the cache says of a complete contract by which incomplete one it was decided, for the same pictures. So a set that
 * was decoded while size, channels or background were open serves the contract that a model records, too.
 */
export class DecidedContracts {
  readonly #cache: Cache
  /** The name of the set that a contract has. */
  readonly #nameOf: (given: ContractParts) => string

  constructor(cache: Cache, nameOf: (given: ContractParts) => string) {
    this.#cache = cache
    this.#nameOf = nameOf
  }

  /** The incomplete contract that became this one. */
  async find(given: ContractParts): Promise<ContractParts | undefined> {
    try {
      const file = await this.#cache.find(`${FOLDER}/${this.#nameOf(given)}`)
      if (file === undefined) return undefined
      const kept = JSON.parse(new TextDecoder().decode(await collect(file.stream()))) as ContractParts
      const found = openParts(given, kept)
      // A damaged text names no set.
      return this.#nameOf(found) === this.#nameOf(kept) ? found : undefined
    } catch {
      return undefined
    }
  }

  /** @throws TreadleError `DATASET_CACHE` */
  async keep(decided: ContractParts, given: ContractParts): Promise<void> {
    const name = this.#nameOf(decided)
    if (name === this.#nameOf(given) || (await this.#cache.find(`${FOLDER}/${name}`))) return
    const part = await this.#cache.begin(`${FOLDER}/${name}`)
    await part.reset()
    await part.append(new TextEncoder().encode(JSON.stringify(given)))
    await part.commit()
    await this.#cache.sweep(FOLDER, LIMIT, `${FOLDER}/${name}`)
  }
}

/** The parts of a complete contract that another one leaves open. */
const openParts = (given: ContractParts, kept: ContractParts): ContractParts => ({
  size: kept.size && given.size,
  channels: kept.channels && given.channels,
  background: kept.background && given.background,
  rest: given.rest,
})

/** Contracts that are equal have the same text. */
export function textOf({ size, channels, background, rest }: ContractParts): string {
  const { fit, filter, invert, trim, margin, scale, offset, trainedOn } = rest
  const values = [fit, filter, invert, trim, margin, scale, offset, trainedOn]
  return JSON.stringify([size?.height, size?.width, channels, background, ...values])
}
