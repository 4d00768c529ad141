// How well the distance from the training data separates Fashion-MNIST's test images from pictures of other kinds.
//
//   node bench/distance.js FOLDER
//
// FOLDER has a folder of PNGs for each kind: python bench/python/other_pictures.py FOLDER
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { loadFashionMnist } from '@treadle/dataset'
import { Classifier, trainingStatistics, wideAndDeepClassifier } from '@treadle/model'
import { startRuntime } from '@treadle/runtime'

const [folder] = process.argv.slice(2)
const { train, test, classNames } = await loadFashionMnist()
const size = test.height * test.width
const runtime = await startRuntime()
const model = wideAndDeepClassifier({ seed: 1, classes: 10 })
const began = performance.now()
const statistics = trainingStatistics(train)
const seconds = (performance.now() - began) / 1000
// The weights of the network do not matter for the distance.
const classifier = Classifier.from(model, { classNames, trainingStatistics: statistics })
const distanceOf = async (image) => (await classifier.answer(image)).distance

const clothes = []
for (let i = 0; i < test.count; i += 2) {
  const data = test.images.subarray(i * size, (i + 1) * size)
  clothes.push(await distanceOf({ data, width: test.width, height: test.height, channels: 1 }))
}
const far = (distances) =>
  `${((100 * distances.filter((one) => one > 1).length) / distances.length).toFixed(1)} %`

console.log(`statistics: ${JSON.stringify(statistics).length} bytes, ${seconds.toFixed(2)} s`)
console.log('kind | AUROC | distance over 1')
console.log(`clothes | | ${far(clothes)}`)
const all = []
for (const kind of (await readdir(folder)).sort()) {
  const distances = []
  for (const file of (await readdir(join(folder, kind))).sort())
    distances.push(await distanceOf(await readFile(join(folder, kind, file))))
  all.push(auroc(clothes, distances))
  console.log(`${kind} | ${all.at(-1).toFixed(3)} | ${far(distances)}`)
}
console.log(`mean | ${(all.reduce((sum, one) => sum + one, 0) / all.length).toFixed(3)} |`)
await classifier.dispose()
model.dispose()
await runtime.dispose()

/** Probability that a picture of another kind is farther than one of clothes. */
function auroc(near, others) {
  const sorted = Float64Array.from(near).sort()
  let below = 0
  for (const distance of others) {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sorted[middle] < distance) low = middle + 1
      else high = middle
    }
    below += low
  }
  return below / near.length / others.length
}
