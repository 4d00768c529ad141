import { escapeControls } from '@treadle/core'
import type { DatasetProgress } from '@treadle/dataset'
import { bytes, count, rate } from '../terminal/format.ts'
import type { Progress } from '../terminal/progress.ts'

const VERBS = {
  download: 'Downloading',
  verify: 'Verifying',
  unpack: 'Unpacking',
  read: 'Reading',
  decode: 'Decoding',
}

const sizes = {
  progress: (loaded: number, total: number | undefined) =>
    total === undefined ? bytes(loaded) : `${bytes(loaded)} of ${bytes(total)}`,
  rate: (perSecond: number) => `${bytes(perSecond)}/s`,
}

const pictures = {
  progress: (loaded: number, total = loaded) => `${count(loaded)} of ${count(total)} pictures`,
  rate: (perSecond: number) => `${rate(perSecond)} pictures/s`,
}

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
    const counts = phase === 'decode' ? pictures : sizes
    progress.update({
      label,
      value: loaded,
      left: `left to ${phase}`,
      total: total ?? 0,
      counted: counts.progress(loaded, total),
      ...(seconds > 0.2 && perSecond > 0 && { rate: perSecond, rateText: counts.rate(perSecond) }),
    })
  }
}
