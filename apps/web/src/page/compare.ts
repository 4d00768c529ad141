import type { EngineApi, PastRun } from '../engine/protocol.ts'
import { byId, element } from './dom.ts'
import { percent } from './format.ts'
import { sectionCard } from './section.ts'

/** Runs that are chosen at first, the latest. */
const CHOSEN = 5

/** Shows the runs that have ended, and compares those that the user chooses. */
export class RunsComparison {
  readonly #engine: Pick<EngineApi, 'compareRuns'>
  readonly #fail: (error: unknown) => void

  constructor(engine: Pick<EngineApi, 'compareRuns'>, fail: (error: unknown) => void) {
    this.#engine = engine
    this.#fail = fail
    byId('compare-runs').addEventListener('click', () => void this.#compare().catch(this.#fail))
    byId('past-runs').addEventListener('change', () => this.#enable())
  }

  show(runs: readonly PastRun[]): void {
    const section = byId('compare')
    for (const part of section.querySelectorAll<HTMLElement>('[data-empty]')) part.hidden = runs.length > 1
    for (const part of section.querySelectorAll<HTMLElement>('[data-filled]')) part.hidden = runs.length < 2
    byId('to-compare').hidden = runs.length < 2
    byId('compared').replaceChildren()
    byId('past-runs').replaceChildren(...runs.map((run, i) => choice(run, i >= runs.length - CHOSEN)))
    this.#enable()
  }

  #chosen(): string[] {
    return [...byId('past-runs').querySelectorAll('input')]
      .filter(({ checked }) => checked)
      .map(({ value }) => value)
  }

  #enable(): void {
    byId<HTMLButtonElement>('compare-runs').disabled = this.#chosen().length < 2
  }

  async #compare(): Promise<void> {
    const { sections, headline, warnings, images } = await this.#engine.compareRuns(this.#chosen())
    const showsImages = sections.some(({ blocks }) => blocks.some(({ kind }) => kind === 'gallery'))
    const notes = [
      ...warnings.map(({ title, text }) => `${title}: ${text}`),
      ...(showsImages && images === undefined
        ? ['Load the data of these runs again to see the images on which they disagree.']
        : []),
    ]
    byId('compared').replaceChildren(
      element('p', {}, headline),
      ...notes.map((note) => element('p', { class: 'small quiet' }, note)),
      ...sections.map((section) =>
        sectionCard({ ...section, id: `compare-${section.id}` }, images, () => {}),
      ),
    )
  }
}

function choice({ name, model, data, seed, startedAt, accuracy }: PastRun, checked: boolean): HTMLElement {
  const box = element('input', { type: 'checkbox', value: name })
  box.checked = checked
  const result =
    accuracy === undefined ? 'stopped, not tested' : `${percent(accuracy)} of the test images correct`
  const words = ` Run ${name}: ${model} on ${data}, seed ${seed}, ${startedAt.slice(0, 16).replace('T', ' ')}, ${result}`
  return element('li', {}, element('label', {}, box, words))
}
