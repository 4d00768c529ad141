/* A worker of the tests, which they kill. It sends its events to its parent. */
import { workOnQueue } from '../dist/index.js'

const [url, options] = process.argv.slice(2)
const stop = new AbortController()
process.on('message', () => stop.abort())
process.on('disconnect', () => process.exit())
await workOnQueue(url, {
  threads: 1,
  ...JSON.parse(options),
  signal: stop.signal,
  onEvent: (event) => process.connected && process.send(event),
})
process.disconnect()
