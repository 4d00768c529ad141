import type { ExecutorOption } from '@treadle/trainer'
import type { TrainSettings } from '../engine/protocol.ts'
import { byId } from './dom.ts'

const limits = {
  epochs: { name: 'Epochs', min: 1, max: 1000 },
  batchSize: { name: 'Batch size', min: 1, max: 4096 },
  seed: { name: 'Seed', min: 0, max: 2 ** 32 - 1 },
} as const
type NumberField = keyof typeof limits

/** Reads the form; marks what is wrong in it and says so, then nothing is returned. */
export function readSettings(): TrainSettings | undefined {
  const form = byId<HTMLFormElement>('settings')
  const input = (name: string) => form.elements.namedItem(name) as HTMLInputElement
  const problems: string[] = []
  const read = (field: NumberField): number => {
    const { name, min, max } = limits[field]
    const text = input(field).value.trim()
    const value = Number(text)
    const valid = /^\d+$/.test(text) && value >= min && value <= max
    input(field).setAttribute('aria-invalid', String(!valid))
    if (!valid) {
      if (problems.length === 0) input(field).focus()
      problems.push(`${name} must be a whole number from ${min} to ${max}.`)
    }
    return value
  }
  const [epochs, batchSize, seed] = [read('epochs'), read('batchSize'), read('seed')]
  byId('settings-error').textContent = problems.join(' ')
  if (problems.length > 0) return undefined
  const threads = input('threads').value
  return {
    epochs,
    batchSize,
    seed,
    threads: threads === 'auto' ? 'auto' : Number(threads),
    executor: input('executor').value as ExecutorOption,
  }
}

/** Shows the settings of a run that was brought back. */
export function showSettings({ epochs, batchSize, seed, threads, executor }: TrainSettings): void {
  const form = byId<HTMLFormElement>('settings')
  for (const [name, value] of Object.entries({ epochs, batchSize, seed, threads, executor }))
    (form.elements.namedItem(name) as HTMLInputElement).value = String(value)
}

/** Locks the form while a run goes. */
export function lockSettings(locked: boolean): void {
  const form = byId<HTMLFormElement>('settings')
  form.toggleAttribute('data-busy', locked)
  for (const field of form.querySelectorAll<HTMLInputElement>('.fields :is(input, select), .data input'))
    field.disabled = locked
}
