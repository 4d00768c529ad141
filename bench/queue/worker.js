/* A worker of a queue in a process of its own. It sends its events to its parent. */
import { workOnQueue } from '@treadle/queue'

const stop = new AbortController()
process.on('message', () => stop.abort())
const [url, checkpoints] = process.argv.slice(2)
await workOnQueue(url, {
  threads: 1,
  ...(checkpoints && { checkpoints }),
  signal: stop.signal,
  onEvent: (event) => process.send({ ...event, at: performance.timeOrigin + performance.now() }),
})
process.disconnect()
