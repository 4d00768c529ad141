import type { Setting, SettingProblem, Settings, SettingsOfForm } from '../engine/protocol.ts'
import { byId, element } from './dom.ts'

const MODEL = 'model.name'

type Control = HTMLInputElement | HTMLSelectElement

/** The form of a run's settings. index.html has the first ones; the others are made from the fields of a recipe. */
export class SettingsForm {
  readonly #form = byId<HTMLFormElement>('settings')
  #fields: readonly Setting[] = []
  #presets: SettingsOfForm['presets'] = {}
  /** The model whose recipe the form shows, with what the user has changed. */
  #model = ''

  /** Adds the controls that index.html does not have. */
  make({ fields, presets }: SettingsOfForm): void {
    this.#fields = fields
    this.#presets = presets
    const groups = new Map<string, Setting[]>()
    for (const field of fields) {
      if (this.#control(field.path)) continue
      groups.set(field.title, [...(groups.get(field.title) ?? []), field])
    }
    byId('more-fields').replaceChildren(
      ...[...groups].map(([title, members]) =>
        element(
          'details',
          {},
          element('summary', {}, title),
          element('div', { class: 'fields' }, ...members.map(labelled)),
        ),
      ),
    )
    this.#model = this.#valueOf(MODEL)
    this.#form.addEventListener('change', () => {
      this.#usePreset()
      this.#showApplicable()
    })
    this.#showApplicable()
  }

  /** The texts of the settings that apply: the first ones, and the others that differ from their defaults. */
  read(): Settings {
    const texts = this.#fields
      .filter((field) => this.#applies(field))
      .map(({ path }) => [path, this.#textOf(path)] as const)
      .filter(([path, text]) => text !== '' || !this.#isGenerated(path))
    return Object.fromEntries(texts)
  }

  /** Shows the settings of a stored run. */
  show(settings: Settings): void {
    this.#setTexts(
      this.#fields.map(({ path }) => path),
      settings,
    )
    this.#model = this.#valueOf(MODEL)
  }

  /** When another model is chosen, its recipe takes the place of that of the model before. */
  #usePreset(): void {
    const model = this.#valueOf(MODEL)
    if (model === this.#model) return
    const [before = {}, now = {}] = [this.#presets[this.#model], this.#presets[model]]
    this.#model = model
    this.#setTexts(Object.keys({ ...before, ...now }), now)
  }

  #setTexts(paths: readonly string[], texts: Settings): void {
    for (const path of paths) this.#setText(path, texts[path])
    // Some defaults depend on what has just been set.
    this.#showApplicable()
    for (const path of paths) this.#setText(path, texts[path])
  }

  /** The default if there is no text. */
  #setText(path: string, text: string | undefined): void {
    const control = this.#control(path)
    if (control instanceof HTMLInputElement && control.type === 'checkbox')
      control.checked = (text ?? control.dataset['default']) === 'true'
    else if (control) control.value = text ?? control.dataset['default'] ?? ''
  }

  /** Marks what is wrong; nothing is marked without a problem. */
  showProblem(problem: SettingProblem | undefined): void {
    for (const { path } of this.#fields) this.#control(path)?.removeAttribute('aria-invalid')
    byId('settings-error').textContent = problem?.message ?? ''
    if (!problem) return
    const control = problem.path === undefined ? undefined : this.#control(problem.path)
    control?.setAttribute('aria-invalid', 'true')
    for (let part = control?.parentElement; part; part = part.parentElement)
      if (part instanceof HTMLDetailsElement) part.open = true
    control?.focus()
  }

  /** Locks the form during a run. */
  lock(locked: boolean): void {
    this.#form.toggleAttribute('data-busy', locked)
    byId<HTMLFieldSetElement>('data').disabled = locked
    for (const control of this.#form.querySelectorAll<Control>('.fields :is(input, select)'))
      control.disabled = locked
  }

  #control(path: string): Control | undefined {
    return (this.#form.elements.namedItem(path) as Control | null) ?? undefined
  }

  #isGenerated(path: string): boolean {
    return this.#control(path)?.closest('#more-fields') != null
  }

  /** Empty if the control shows the default. */
  #textOf(path: string): string {
    const control = this.#control(path)
    if (!control) return ''
    const text = control.type === 'checkbox' ? String(control.checked) : control.value.trim()
    return this.#isGenerated(path) && text === (control.dataset['default'] ?? '') ? '' : text
  }

  #applies({ when }: Setting): boolean {
    return Object.entries(when).every(([path, words]) => words.includes(this.#valueOf(path)))
  }

  #valueOf(path: string): string {
    const field = this.#fields.find((other) => other.path === path)
    return this.#textOf(path) || textOf(field?.default)
  }

  /** Hides the controls that other settings make irrelevant, and shows the defaults that depend on other settings. */
  #showApplicable(): void {
    for (const field of this.#fields) {
      const control = this.#control(field.path)
      if (!control || !this.#isGenerated(field.path)) continue
      const row = control.closest<HTMLElement>('.wide')
      if (row) row.hidden = !this.#applies(field)
      const chosen = ['optimizer.name', 'model.name'].map((path) => this.#valueOf(path))
      const own = field.defaults.find((each) => chosen.some((word) => each.for.includes(word)))
      if (own && control instanceof HTMLInputElement) showDefault(control, textOf(own.value))
    }
  }
}

/** A checkbox that shows its default shows the new one; a text shows it as a placeholder. */
function showDefault(control: HTMLInputElement, text: string): void {
  if (control.type !== 'checkbox') {
    control.placeholder = text
    return
  }
  const before = control.dataset['default'] === 'true'
  if (control.checked === before) control.checked = text === 'true'
  control.dataset['default'] = text
}

/** A default as a control shows it; empty for a map. */
function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** The label of a field with its control and its description. */
function labelled(field: Setting): HTMLElement {
  const { path, kind, label, description } = field
  const control = controlOf(field)
  const id = `about-${path}`
  control.setAttribute('aria-describedby', `settings-error ${id}`)
  const named = kind === 'boolean' ? [control, label] : [label, control]
  return element(
    'div',
    { class: 'wide' },
    element('label', kind === 'boolean' ? { class: 'check' } : {}, ...named),
    element('small', { id }, `${description}.`),
  )
}

function controlOf({ path, kind, choices, default: fallback }: Setting): Control {
  const name = { name: path, 'data-default': textOf(fallback) }
  if (kind === 'boolean') {
    const checked = fallback === true ? { checked: '' } : {}
    return element('input', { ...name, ...checked, type: 'checkbox' })
  }
  if (kind === 'choice') {
    const options = choices.map((choice) =>
      element('option', choice === fallback ? { selected: '' } : {}, choice),
    )
    const none = fallback === undefined ? [element('option', { value: '' }, 'none')] : []
    return element('select', name, ...none, ...options)
  }
  // The default is shown as a placeholder, so an empty control means the default.
  return element('input', {
    name: path,
    placeholder: textOf(fallback),
    autocomplete: 'off',
    inputmode: kind === 'integer' ? 'numeric' : kind === 'number' ? 'decimal' : 'text',
  })
}
