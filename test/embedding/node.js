// Prints what a model answers in Node.js, where nothing is bundled.
import { answer } from './answer.js'

console.log(JSON.stringify(await answer(process.argv[2])))
