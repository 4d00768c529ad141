// Prints what models answer in Node.js, where nothing is bundled.
import { answer } from './answer.js'

const answers = {}
for (const model of process.argv.slice(2)) answers[model] = await answer(model)
console.log(JSON.stringify(answers))
