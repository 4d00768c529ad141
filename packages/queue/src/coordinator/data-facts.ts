import type { Dataset } from '@treadle/core'
import type { Recipe } from '@treadle/experiment/recipe'
import { dataChecksum, dataKey, loadWhole, portableName } from '../data.ts'

/** What a job says of its data, and what their run directories say. */
export interface DataFacts {
  readonly checksum: string
  /** In jobs. */
  readonly portable: string
  readonly name: string
  readonly source: Dataset['source']
}

/** Facts of the data of recipes. The data themselves are not kept. */
export class KnownData {
  readonly #known = new Map<string, Promise<DataFacts>>()

  of(recipe: Recipe, options: Parameters<typeof loadWhole>[1]): Promise<DataFacts> {
    const key = dataKey(recipe)
    const facts = this.#known.get(key) ?? factsOf(recipe, options)
    this.#known.set(key, facts)
    // The next trial tries again.
    facts.catch(() => this.#known.delete(key))
    return facts
  }
}

async function factsOf(recipe: Recipe, options: Parameters<typeof loadWhole>[1]): Promise<DataFacts> {
  const data = await loadWhole(recipe, options)
  return {
    checksum: dataChecksum(data),
    portable: portableName(recipe.data.name, data),
    name: data.name,
    source: data.source,
  }
}
