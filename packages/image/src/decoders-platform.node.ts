import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Answer } from './decoders/message.ts'
import type { DecodersPlatform } from './decoders/platform.ts'

export const platform: DecodersPlatform = {
  cores: availableParallelism,
  openWorker(onAnswer, onEnd) {
    // The worker is plain JavaScript. It needs no loader, and must not inherit the inspector flags of the process.
    const worker = new Worker(new URL('../dist/decoders/worker.node.js', import.meta.url), { execArgv: [] })
    worker.on('message', (answer: Answer) => {
      // An idle worker does not keep the process alive.
      worker.unref()
      onAnswer(answer)
    })
    worker.on('error', onEnd)
    worker.on('exit', onEnd)
    worker.unref()
    return {
      send(order, transfer) {
        worker.ref()
        worker.postMessage(order, transfer)
      },
      terminate: async () => void (await worker.terminate()),
    }
  },
}
