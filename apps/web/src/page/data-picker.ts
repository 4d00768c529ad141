import type { DatasetProgress } from '@treadle/dataset'
import type { DataChoice, DataSummary, PictureFile, Settings } from '../engine/protocol.ts'
import { byId } from './dom.ts'
import { count, megabytes, messageOf } from './format.ts'
import type { PicturePanel } from './pictures/panel.ts'

type Kind = DataChoice['kind']
const verbs = {
  download: 'Downloading',
  verify: 'Verified',
  unpack: 'Unpacking',
  read: 'Reading',
  decode: 'Decoding',
} as const

/**
 * The choice of data. Loads the chosen data at once. If that fails the choice stays, so that no run starts with other
 * data than those chosen.
 */
export class DataPicker {
  readonly #choose: (choice: DataChoice) => Promise<DataSummary>
  #present: Kind = 'sample'
  /** Why the latest data are not loaded. */
  #failure: string | undefined
  /** Pictures that could not be loaded: other settings may help. */
  #unloaded: readonly PictureFile[] | undefined
  #panel: Promise<PicturePanel> | undefined
  readonly #settings: () => Settings
  #progress = new Map<string, { loaded: number; total: number }>()

  /**
   * @param choose loads the data; its error is shown here
   * @param settings what the form shows
   */
  constructor(choose: (choice: DataChoice) => Promise<DataSummary>, settings: () => Settings) {
    this.#choose = choose
    this.#settings = settings
    for (const radio of this.#radios())
      radio.addEventListener('change', () => {
        const kind = radio.value as Kind
        this.#showRows(kind)
        this.#failure = undefined
        this.#unloaded = undefined
        void this.#loadKnown(kind)
      })
  }

  /** Shows the loaded data. */
  show(data: DataSummary, hasFullSet: boolean): void {
    this.#settle(data)
    if (hasFullSet) byId('full-note').textContent = '60,000 training images, already stored in this browser'
  }

  /** Whether the chosen data are loaded. */
  get isReady(): boolean {
    return this.#chosen === this.#present
  }

  /** Loads the chosen data. @returns whether a run can start with them; if not, an error is shown */
  async load(): Promise<boolean> {
    const chosen = this.#chosen
    await this.#loadKnown(chosen)
    if (chosen === 'pictures' && chosen !== this.#present && this.#unloaded)
      await this.#load({ kind: chosen, files: this.#unloaded, settings: this.#settings() })
    if (chosen === this.#present) return true
    showError(
      this.#failure ??
        (chosen === 'pictures'
          ? 'There are no pictures yet. Choose a folder or an archive, or fill two classes and press “Use these pictures”.'
          : 'There are no files yet. Choose the four files of a data set.'),
    )
    return false
  }

  take(files: readonly File[]): void {
    if (this.#isLocked()) return
    this.#check('files')
    void this.#load({ kind: 'files', files })
  }

  takePictures(files: readonly PictureFile[]): void {
    if (this.#isLocked()) return
    this.#check('pictures')
    void this.#load({ kind: 'pictures', files, settings: this.#settings() })
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
    const counted = phase === 'decode' ? (pictures: number) => `${pictures} pictures` : megabytes
    byId('data-text').textContent =
      phase === 'verify'
        ? `Verified ${file}`
        : `${verbs[phase]} ${file}: ${counted(done)}${all > 0 ? ` of ${counted(all)}` : ''}`
  }

  /** Loads data that need no files. */
  async #loadKnown(kind: Kind): Promise<void> {
    if (kind === 'sample') await this.#load({ kind })
    else if (kind === 'full') await this.#load({ kind, download: true })
  }

  async #load(choice: DataChoice): Promise<void> {
    this.#progress.clear()
    this.#failure = undefined
    showError('')
    byId('data-progress').hidden = false
    byId<HTMLProgressElement>('data-bar').removeAttribute('value')
    byId('data-text').textContent = 'Loading …'
    this.#lock(true)
    try {
      const data = await this.#choose(choice)
      this.#settle(data)
      this.#unloaded = undefined
      if (choice.kind === 'full')
        byId('full-note').textContent = '60,000 training images, already stored in this browser'
    } catch (error) {
      this.#unloaded = choice.kind === 'pictures' ? choice.files : undefined
      const previous = choice.kind === this.#present ? ' The data that were loaded before stay.' : ''
      showError((this.#failure = `${messageOf(error)}${previous}`))
    } finally {
      byId('data-progress').hidden = true
      this.#lock(false)
    }
  }

  #settle({ kind, name, classNames, trainCount, test, findings }: DataSummary): void {
    this.#present = kind
    this.#check(kind)
    if (kind === 'pictures') {
      byId('pictures-note').textContent =
        `${count(classNames.length)} classes: ${count(trainCount)} training and ${count(test.count)} test pictures`
      void this.#open().then((panel) => panel.showFindings(findings))
    }
    if (kind === 'files')
      byId('files-note').textContent =
        `${name}: ${count(trainCount)} training and ${count(test.count)} test images`
  }

  #check(kind: Kind): void {
    for (const radio of this.#radios()) radio.checked = radio.value === kind
    this.#showRows(kind)
  }

  #showRows(kind: Kind): void {
    byId('files-row').hidden = kind !== 'files'
    byId('pictures-row').hidden = kind !== 'pictures'
    if (kind === 'pictures') void this.#open()
    else void this.#panel?.then((panel) => panel.close())
  }

  /** The panel for own pictures loads when it is first shown. */
  #open(): Promise<PicturePanel> {
    const use = (files: readonly PictureFile[]) => this.takePictures(files)
    return (this.#panel ??= import('./pictures/panel.ts').then(
      ({ PicturePanel: Panel }) =>
        new Panel(byId('pictures-panel'), use, (error) => showError(messageOf(error))),
    ))
  }

  #lock(locked: boolean): void {
    byId<HTMLButtonElement>('start').disabled = locked
    for (const radio of this.#radios()) radio.disabled = locked
  }

  /** Whether a run goes or is paused, during which its data stay. */
  #isLocked(): boolean {
    const { disabled } = byId<HTMLFieldSetElement>('data')
    if (disabled) showError('Other data cannot be loaded during a run. Stop the run first.')
    return disabled
  }

  get #chosen(): Kind {
    return [...this.#radios()].find(({ checked }) => checked)?.value as Kind
  }

  #radios(): NodeListOf<HTMLInputElement> {
    return document.querySelectorAll<HTMLInputElement>('input[name=data]')
  }
}

/** Shows a message below the form; an empty one hides it. */
function showError(message: string): void {
  byId('settings-error').textContent = message
}
