/* The main module of a training thread. */
import { parentPort } from 'node:worker_threads'
import { isTreadleError } from '@treadle/core'
import type { Order, Report, Training } from './messages.ts'
import { train } from './train.ts'

let stop = new AbortController()

const send = (report: Report) =>
  parentPort?.postMessage(report, 'files' in report && report.files ? [report.files.buffer] : [])

parentPort?.on('message', (order: Order) => {
  if (order.type === 'stop') stop.abort()
  else void begin(order.training)
})

async function begin(training: Training): Promise<void> {
  stop = new AbortController()
  try {
    await train(training, stop.signal, send)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    send({ type: 'error', code: isTreadleError(error) ? error.code : undefined, message })
  }
}
