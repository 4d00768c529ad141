import type { DataFinding } from '@treadle/core'
import type { PictureFile } from '../../engine/protocol.ts'
import { element } from '../dom.ts'
import { count } from '../format.ts'
import { ClassCard } from './class-card.ts'

/** The way to own pictures: a folder, an archive, Parquet files, or classes that are filled one by one. */
export class PicturePanel {
  readonly #use: (files: readonly PictureFile[]) => void
  readonly #fail: (error: unknown) => void
  readonly #cards = element('div', { class: 'class-cards' })
  readonly #ready = element('button', { type: 'button', class: 'button' }, 'Use these pictures')
  readonly #hint = element('small', { role: 'status' })
  readonly #findings = element('ul', { class: 'findings', 'aria-label': 'Findings on the pictures' })
  #classes: ClassCard[] = []

  /** @param use loads the pictures */
  constructor(
    place: HTMLElement,
    use: (files: readonly PictureFile[]) => void,
    fail: (error: unknown) => void,
  ) {
    this.#use = use
    this.#fail = fail
    const folder = element('input', {
      type: 'file',
      id: 'pictures-folder',
      class: 'sr-only',
      webkitdirectory: '',
    })
    const archive = element('input', {
      type: 'file',
      id: 'pictures-archive',
      class: 'sr-only',
      accept: '.zip,.tar,.tgz,.tar.gz,.parquet',
      multiple: '',
    })
    for (const input of [folder, archive])
      input.addEventListener('change', () => {
        const files = chosenFiles(input.files ?? [])
        input.value = ''
        if (files.length > 0) use(files)
      })
    const more = element('button', { type: 'button', class: 'button small' }, 'Add a class')
    more.addEventListener('click', () =>
      this.#add(`Class ${this.#classes.length + 1}`)
        .root.querySelector('input')
        ?.select(),
    )
    this.#ready.addEventListener('click', () => this.#finish())
    place.replaceChildren(
      element(
        'div',
        { class: 'actions' },
        element('label', { class: 'button small', for: folder.id }, 'Choose a folder'),
        folder,
        element('label', { class: 'button small', for: archive.id }, 'Choose an archive or Parquet files'),
        archive,
      ),
      element(
        'small',
        {},
        'with a subfolder for each class, or as Hugging Face lays out image data sets. Or drop them anywhere on the page. Or collect pictures by class: choose them, record them, or drop them on the class. All of them stay in this browser, which keeps them over a reload once a run has started.',
      ),
      this.#cards,
      element('div', { class: 'actions' }, more, this.#ready),
      this.#hint,
      this.#findings,
    )
    this.#add('Class 1')
    this.#add('Class 2')
  }

  /** Shows what was found while the pictures were loaded. */
  showFindings(findings: readonly DataFinding[]): void {
    this.#findings.replaceChildren(
      ...findings.map(({ level, message, files = [] }) =>
        element('li', { class: level }, message, ...(files.length === 0 ? [] : [fileList(files)])),
      ),
    )
  }

  /** Closes all webcams. */
  close(): void {
    for (const card of this.#classes) card.close()
  }

  #add(name: string): ClassCard {
    const card: ClassCard = new ClassCard(name, {
      changed: () => this.#show(),
      fail: this.#fail,
      remove: () => {
        card.close()
        card.root.remove()
        this.#classes = this.#classes.filter((other) => other !== card)
        this.#show()
      },
    })
    this.#classes.push(card)
    this.#cards.append(card.root)
    this.#show()
    return card
  }

  #show(): void {
    const problem = this.#problem()
    this.#ready.disabled = problem !== undefined
    this.#hint.textContent = problem ?? ''
  }

  #problem(): string | undefined {
    const filled = this.#classes.filter(({ size }) => size > 0)
    const names = filled.map(({ name }) => name)
    const bad = names.find((name) => name === '' || name.startsWith('.') || /[/\\]/.test(name))
    if (bad !== undefined)
      return bad === '' ? 'Every class needs a name.' : `The name ${bad} begins with a point or has a slash.`
    if (new Set(names).size < names.length) return 'Two classes have the same name.'
    const small = filled.find(({ size }) => size < 2)
    if (small) return `The class ${small.name} needs at least 2 pictures, one of them for the test.`
    return filled.length < 2 ? 'At least two classes need pictures.' : undefined
  }

  #finish(): void {
    this.close()
    const files = this.#classes.flatMap((card) => (card.size > 0 ? card.files() : []))
    this.#use(files)
  }
}

function fileList(files: NonNullable<DataFinding['files']>): HTMLElement {
  return element(
    'details',
    {},
    element('summary', {}, `${count(files.length)} ${files.length === 1 ? 'file' : 'files'}`),
    element(
      'ul',
      {},
      ...files.map(({ name, reason }) =>
        element('li', {}, reason === undefined ? name : `${name}: ${reason}`),
      ),
    ),
  )
}

/** The files of a folder that was chosen in a dialog: their paths without the name of the folder. */
function chosenFiles(files: Iterable<File>): PictureFile[] {
  return [...files].map((file) => ({
    path: file.webkitRelativePath.replace(/^[^/]*\//, '') || file.name,
    file,
  }))
}
