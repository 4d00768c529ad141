import { parentPort } from 'node:worker_threads'
import { answerTo } from './answer.ts'
import type { Order } from './message.ts'

parentPort?.on('message', async (order: Order) => parentPort?.postMessage(...(await answerTo(order))))
