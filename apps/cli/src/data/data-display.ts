import type { RunEvent } from '@treadle/experiment'
import type { Ui } from '../terminal/ui.ts'
import { sampleNotice, showWarning } from './load.ts'
import { loadProgress } from './load-progress.ts'

type DataEvent = Extract<RunEvent, { type: 'data-progress' | 'warning' | 'data' }>

/** Shows the events of the data that a recipe names. */
export function dataDisplay(ui: Ui): (event: DataEvent) => void {
  const loading = loadProgress(ui.progress)
  return (event) => {
    if (event.type === 'data-progress') return loading(event.progress)
    if (event.type === 'warning') return showWarning(event.warning, ui)
    ui.progress.clear()
    const notice = sampleNotice(event.data, ui)
    if (notice !== undefined) ui.notice(notice)
  }
}
