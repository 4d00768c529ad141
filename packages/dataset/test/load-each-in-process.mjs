// Loads data sets one after the other in a process of its own, and prints what came of each and by how many bytes the
// memory grew. Needs the package to be built.
//   node load-each-in-process.mjs PATH…
import { loadDataset } from '@treadle/dataset'

const highest = () => process.resourceUsage().maxRSS * 1024
const found = []
let peak = highest()
for (const path of process.argv.slice(2)) {
  const before = process.memoryUsage.rss()
  let answer
  try {
    answer = `${(await loadDataset(path, { threads: 1 })).train.count} training samples`
  } catch (error) {
    answer = error.code ?? String(error.stack)
  }
  found.push({ answer, bytes: highest() > peak ? highest() - before : 0 })
  peak = highest()
}
console.log(JSON.stringify(found))
