// Runs the bundled tests on one backend, in a separate process, and prints the status of each test as JSON.
// Usage: TEST_BACKEND=wasm|treadle-wasm node run.js BUNDLE
import { createRequire } from 'node:module'
import jasmineCore from 'jasmine-core'

const require = createRequire(import.meta.url)

if (process.env.TEST_BACKEND === 'wasm') require('@tensorflow/tfjs-backend-wasm')
else {
  const { startRuntime } = await import('../../dist/index.js')
  await startRuntime({ threads: 3 })
}

// The tests of random operations use these seeds: the same on each backend and in every run.
let state = 1
Math.random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}

const jasmine = jasmineCore.boot()
const statuses = {}
const env = jasmine.getEnv()
env.configure({ random: false, forbidDuplicateNames: false })
env.addReporter({
  specDone({ fullName, status, failedExpectations }) {
    // Some tests have the same name.
    let name = fullName
    for (let n = 2; name in statuses; n++) name = `${fullName} (${n})`
    statuses[name] =
      status === 'failed' ? failedExpectations.map(({ message }) => message).join('; ') : status
  },
})
require(process.argv[2])
await env.execute()
process.stdout.write(JSON.stringify(statuses))
