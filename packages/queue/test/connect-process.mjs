/* Connects to queues, one after the other, and prints what each has answered. */
import { connectQueue } from '../dist/index.js'

const answers = []
for (const url of process.argv.slice(2)) {
  try {
    const queue = await connectQueue(url)
    answers.push({ capacity: await queue.capacity() })
    await queue.close()
  } catch ({ code, message }) {
    answers.push({ code, message })
  }
}
console.log(JSON.stringify(answers))
