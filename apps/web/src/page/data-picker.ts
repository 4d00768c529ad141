import type { DatasetProgress } from '@treadle/dataset'
import type { DataChoice, DataSummary } from '../engine/protocol.ts'
import { byId } from './dom.ts'
import { count, megabytes, messageOf } from './format.ts'

type Kind = DataChoice['kind']
const verbs = { download: 'Downloading', verify: 'Verified', unpack: 'Unpacking', read: 'Reading' } as const

/** The choice of data. Loads the chosen data at once and returns to the previous choice if that fails. */
export class DataPicker {
  readonly #choose: (choice: DataChoice) => Promise<DataSummary>
  #present: Kind = 'sample'
  #progress = new Map<string, { loaded: number; total: number }>()

  /** @param choose loads the data; its error is shown here */
  constructor(choose: (choice: DataChoice) => Promise<DataSummary>) {
    this.#choose = choose
    for (const radio of this.#radios())
      radio.addEventListener('change', () => {
        const kind = radio.value as Kind
        byId('files-row').hidden = kind !== 'files'
        if (kind === 'sample') void this.#load({ kind })
        else if (kind === 'full') void this.#load({ kind, download: true })
      })
  }

  /** Shows the loaded data. */
  show(data: DataSummary, hasFullSet: boolean): void {
    this.#settle(data)
    if (hasFullSet) byId('full-note').textContent = '60,000 training images, already stored in this browser'
  }

  take(files: readonly File[]): void {
    this.#check('files')
    void this.#load({ kind: 'files', files })
  }

  showProgress({ phase, file, loaded, total }: DatasetProgress): void {
    if (byId('data-progress').hidden) return
    if (phase !== 'verify') this.#progress.set(`${phase} ${file}`, { loaded, total: total ?? 0 })
    const phases = [...this.#progress]
      .filter(([key]) => key.startsWith(`${phase} `))
      .map(([, value]) => value)
    const [done, all] = [phases.reduce((a, b) => a + b.loaded, 0), phases.reduce((a, b) => a + b.total, 0)]
    const bar = byId<HTMLProgressElement>('data-bar')
    if (all > 0) {
      bar.max = all
      bar.value = Math.min(done, all)
    } else bar.removeAttribute('value')
    byId('data-text').textContent =
      phase === 'verify'
        ? `Verified ${file}`
        : `${verbs[phase]} ${file}: ${megabytes(done)}${all > 0 ? ` of ${megabytes(all)}` : ''}`
  }

  async #load(choice: DataChoice): Promise<void> {
    this.#progress.clear()
    byId('settings-error').textContent = ''
    byId('data-progress').hidden = false
    byId<HTMLProgressElement>('data-bar').removeAttribute('value')
    byId('data-text').textContent = 'Loading …'
    this.#lock(true)
    try {
      const data = await this.#choose(choice)
      this.#settle(data)
      if (choice.kind === 'full')
        byId('full-note').textContent = '60,000 training images, already stored in this browser'
    } catch (error) {
      byId('settings-error').textContent = messageOf(error)
      this.#check(this.#present)
    } finally {
      byId('data-progress').hidden = true
      this.#lock(false)
    }
  }

  #settle({ kind, name, trainCount, test }: DataSummary): void {
    this.#present = kind
    this.#check(kind)
    if (kind === 'files')
      byId('files-note').textContent =
        `${name}: ${count(trainCount)} training and ${count(test.count)} test images`
  }

  #check(kind: Kind): void {
    for (const radio of this.#radios()) radio.checked = radio.value === kind
    byId('files-row').hidden = kind !== 'files'
  }

  #lock(locked: boolean): void {
    byId<HTMLButtonElement>('start').disabled = locked
    for (const radio of this.#radios()) radio.disabled = locked
  }

  #radios(): NodeListOf<HTMLInputElement> {
    return document.querySelectorAll<HTMLInputElement>('input[name=data]')
  }
}
