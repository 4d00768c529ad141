import type { Ui } from './ui.ts'

/** Prints a notice that every run repeats only once. */
export function onceEach(ui: Ui): Ui {
  const told = new Set<string>()
  return {
    ...ui,
    notice: (text) => {
      if (!told.has(text)) ui.notice(text)
      told.add(text)
    },
  }
}
