// Loads the same networks by two copies at once, and disposes them in another order than it loaded them.
import * as one from './one.mjs'
import * as two from './two.mjs'

const data = Uint8Array.from({ length: 56 * 56 }, (_, index) => (index * 31) % 251)
const image = { data, width: 56, height: 56 }
const answers = []
for (const model of ['model', 'recurrent']) {
  const first = await one.load(model)
  const second = await two.load(model)
  const third = await one.load(model)
  answers.push(await Promise.all([first, second, third].map((classifier) => classifier.classify(image))))
  await first.dispose()
  answers.at(-1).push(await second.classify(image), await third.classify(image))
  await third.dispose()
  answers.at(-1).push(await second.classify(image))
  await second.dispose()
}
console.log(JSON.stringify(answers))
