import { escapeControls } from '@treadle/core'
import type { DatasetProgress } from '@treadle/dataset'
import { bytes } from '../terminal/format.ts'
import type { Progress } from '../terminal/progress.ts'

const VERBS = { download: 'Downloading', verify: 'Verifying', unpack: 'Unpacking', read: 'Reading' }

/** Shows a loader's progress, with the rate since the start of the current phase of the current file. */
export function loadProgress(progress: Progress): (event: DatasetProgress) => void {
  let current = ''
  let begun = 0
  let first = 0
  return ({ phase, file, loaded, total }) => {
    const label = `${VERBS[phase]} ${escapeControls(file)}`
    if (label !== current) {
      progress.clear()
      current = label
      begun = performance.now()
      first = loaded
    }
    const seconds = (performance.now() - begun) / 1000
    const perSecond = (loaded - first) / seconds
    progress.update({
      label,
      value: loaded,
      left: `left to ${phase}`,
      total: total ?? 0,
      counted: total === undefined ? bytes(loaded) : `${bytes(loaded)} of ${bytes(total)}`,
      ...(seconds > 0.2 && perSecond > 0 && { rate: perSecond, rateText: `${bytes(perSecond)}/s` }),
    })
  }
}
