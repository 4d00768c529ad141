import { answerTo } from './answer.ts'
import type { Order } from './message.ts'

addEventListener('message', async ({ data }: MessageEvent<Order>) => {
  const [answer, transfer] = await answerTo(data)
  postMessage(answer, { transfer })
})
