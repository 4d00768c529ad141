/* A sweep with a queue in a process of its own. It sends its events to its parent. */
import { runSweep } from '@treadle/experiment/sweep'
import { connectQueue } from '../dist/index.js'

const [url, directory, sweep] = process.argv.slice(2)
const queue = await connectQueue(url)
const { stopped, trials } = await runSweep(JSON.parse(sweep), directory, {
  remote: queue,
  onEvent: ({ type, trial }) => type === 'trial-end' && process.send({ type, number: trial.number }),
})
process.send({ type: 'end', stopped, trials })
await queue.close()
process.disconnect()
