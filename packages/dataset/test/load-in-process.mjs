// Loads Fashion-MNIST in a process of its own and prints what came of it. Needs the package to be built.
//   node load-in-process.mjs '{"source":"download", …}'
import { loadFashionMnist } from '@treadle/dataset'

const warnings = []
try {
  const { train, test, source } = await loadFashionMnist({
    ...JSON.parse(process.argv[2]),
    onWarning: ({ code }) => warnings.push(code),
    onProgress: ({ phase, file, loaded }) => process.stderr.write(`${phase} ${file} ${loaded}\n`),
  })
  console.log(JSON.stringify({ kind: source.kind, train: train.count, test: test.count, warnings }))
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message, warnings }))
}
