import type { RateTestEvent } from '@treadle/experiment'
import { dataDisplay } from '../../data/data-display.ts'
import type { Ui } from '../../terminal/ui.ts'

/** Shows the events of a test of learning rates on the terminal. */
export function rateTestDisplay(ui: Ui): (event: RateTestEvent) => void {
  const showData = dataDisplay(ui)
  return (event) => {
    if (event.type !== 'rate-progress') return showData(event)
    const { step, steps, rate, loss } = event
    ui.progress.update({
      label: 'Testing rates',
      value: step,
      total: steps,
      counted: `${step}/${steps}`,
      figures: [`rate ${Number(rate.toPrecision(3))}`, `loss ${loss.toFixed(4)}`],
    })
  }
}
