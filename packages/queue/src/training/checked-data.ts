import { type Dataset, TreadleError } from '@treadle/core'
import type { Recipe } from '@treadle/experiment/recipe'
import { dataChecksum, dataKey, loadWhole } from '../data.ts'

/** Loads the data of jobs and compares their checksum; those of the last job are kept, because most jobs have the same. */
export class CheckedData {
  #last: { readonly key: string; readonly data: Dataset; readonly checksum: string } | undefined

  /** @throws TreadleError `QUEUE_OTHER_DATA`, and what loading data throws */
  async of(recipe: Recipe, checksum: string, options: Parameters<typeof loadWhole>[1]): Promise<Dataset> {
    const key = dataKey(recipe)
    if (this.#last?.key !== key) {
      // The old samples are not needed while the new ones load.
      this.#last = undefined
      const data = await loadWhole(recipe, options)
      this.#last = { key, data, checksum: dataChecksum(data) }
    }
    if (this.#last.checksum === checksum) return this.#last.data
    const { data } = this.#last
    // They may have been replaced meanwhile: the next job looks again.
    this.#last = undefined
    throw new TreadleError(
      'QUEUE_OTHER_DATA',
      `The data of the job (${recipe.data.name}) have other samples than those of this worker, from ${data.source.location ?? data.source.kind}. Give both machines the same data.`,
    )
  }
}
