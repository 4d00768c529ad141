import { wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'
import { fit } from '@treadle/trainer'

const runtime = await startRuntime({ threads: 2 })
const images = Uint8Array.from({ length: 32 * 28 * 28 }, (_, index) => (index * 31) % 256)
const labels = Int32Array.from({ length: 32 }, (_, index) => index % 10)
const batch = { kind: 'images', images, labels, count: 32, height: 28, width: 28, channels: 1 }
for (const executor of ['compiled', 'eager']) {
  const model = wideAndDeepClassifier({ seed: 1 })
  const { history } = await fit(model, batch, { epochs: 1, seed: 1, executor, runtime })
  console.log(JSON.stringify({ executor, threads: runtime.threads, loss: history.loss[0] }))
}
await runtime.dispose()
