import { type DataSource, type ImageDataset, isTreadleError } from '@treadle/core'
import { Run, listRuns, memoryStore, openRun, openStore, readComparison } from '@treadle/experiment'
import { type ReportDocument, describeComparison } from '@treadle/report'
import { detached, openData } from './data.ts'
import type { DataChoice, PastRun } from './protocol.ts'
import { PAST } from './store.ts'

/** Older runs are removed: the answers on all test images take 2 MB a run. */
const MOST = 20
/** What a comparison reads of a run. */
const FILES = ['history.jsonl', 'predictions.csv', 'run.json']

/** The runs that have ended, without their networks: in the browser's store, or as long as the page is open. */
export class PastRuns {
  /** By name, the oldest first. */
  readonly #runs = new Map<string, Run>()

  /** @param isStored whether the store has runs of earlier visits */
  static async open(isStored: boolean): Promise<PastRuns> {
    const past = new PastRuns()
    if (!isStored) return past
    const found = await listRuns(`${PAST}/`)
    for (const { location, record } of found.toSorted((a, b) => numberOf(a.location) - numberOf(b.location)))
      if (record !== undefined) past.#runs.set(String(numberOf(location)), await openRun(location))
    return past
  }

  /** Copies a run that has ended. */
  async add({ store: from }: Run, isStored: boolean): Promise<void> {
    const name = String(Math.max(0, ...[...this.#runs.keys()].map(Number)) + 1)
    const to = isStored ? openStore(`${PAST}/${name}`) : memoryStore()
    for (const file of FILES) {
      const bytes = await from.read(file)
      if (bytes !== undefined) await to.write(file, bytes)
    }
    this.#runs.set(name, await Run.open(to))
    const [oldest] = this.#runs.keys()
    if (this.#runs.size > MOST && oldest !== undefined) await this.#remove(oldest)
  }

  async #remove(name: string): Promise<void> {
    const store = this.#runs.get(name)?.store
    this.#runs.delete(name)
    for (const file of FILES) await store?.remove(file)
  }

  list(): PastRun[] {
    return [...this.#runs].map(([name, { record }]) => ({
      name,
      model: record.recipe.model.name,
      data: record.dataset.name,
      startedAt: record.startedAt,
      seed: record.recipe.training.seed,
      ...(record.test?.['accuracy'] !== undefined && { accuracy: record.test['accuracy'] }),
    }))
  }

  /**
   * Curves, settings that differ, metrics, pairs and the images on which runs disagree, as `treadle compare` has them.
   * @param loaded data that may be those of the runs. If they are not, others that need no download are loaded
   */
  async compare(names: readonly string[], loaded: readonly ImageDataset[]): Promise<ReportDocument> {
    const chosen = [...this.#runs].filter(([name]) => names.includes(name))
    const comparison = await readComparison(
      chosen.map(([, run]) => run),
      (run) => dataOf(run, loaded),
    )
    const runs = comparison.runs.map((run, i) => ({ ...run, name: `run ${chosen[i]?.[0]}` }))
    const document = describeComparison({ ...comparison, runs })
    const { images } = document
    return { ...document, ...(images && { images: detached(images) }) }
  }
}

/** The data that a run was tested on; undefined if they are not in this browser. */
async function dataOf({ record }: Run, loaded: readonly ImageDataset[]): Promise<ImageDataset | undefined> {
  const { source, test } = record.dataset
  const isSame = (set: ImageDataset) => sumsOf(set.source) === sumsOf(source) && set.test.count === test
  const found = loaded.find(isSame)
  const choice = CHOICES[source.kind]
  if (found !== undefined || choice === undefined) return found
  try {
    const set = await openData(choice, {})
    return isSame(set) ? set : undefined
  } catch (error) {
    // The comparison has the answers also without the images.
    if (isTreadleError(error)) return undefined
    throw error
  }
}

/** What gives the data of a run again without a download, by the kind of their source. */
const CHOICES: Partial<Record<DataSource['kind'], DataChoice>> = {
  sample: { kind: 'sample' },
  cache: { kind: 'full', download: false },
  download: { kind: 'full', download: false },
}

const sumsOf = ({ sha256 }: Pick<DataSource, 'sha256'>): string =>
  JSON.stringify(Object.entries(sha256).toSorted(([a], [b]) => (a < b ? -1 : 1)))

const numberOf = (location: string) => Number(location.slice(PAST.length + 1))
