import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** Runs a module in a new process with the built package. Returns its output after it has ended by itself. */
async function run(code: string): Promise<{ stdout: string; stderr: string }> {
  const script = `import { startRuntime } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}
    import * as tf from '@tensorflow/tfjs-core'
    ${code}`
  const folder = new URL('..', import.meta.url).pathname
  return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: folder,
    timeout: 20_000,
  })
}

test('a process ends by itself without dispose', async () => {
  const { stdout } = await run(`
    const { threads } = await startRuntime({ threads: 3 })
    console.log(threads, tf.matMul(tf.ones([512, 512]), tf.ones([512, 512])).dataSync()[0])`)
  expect(stdout).toBe('3 512\n')
})

test('a process ends by itself after dispose and prints nothing', async () => {
  const output = await run(`await (await startRuntime({ threads: 2 })).dispose()`)
  expect(output.stdout + output.stderr).toBe('')
})

test('an uncaught error gives exit code 1 and its own message, with no output of the backend', async () => {
  const crash = run(`await startRuntime({ threads: 2 }); setTimeout(() => { throw new Error('mine') }, 1)`)
  const error = await crash.then(
    () => undefined,
    (reason: { code: number; stderr: string }) => reason,
  )
  expect(error?.code).toBe(1)
  expect(error?.stderr).toMatch(/Error: mine/)
})

test('importing starts and registers nothing', async () => {
  const { stdout } = await run(`console.log(JSON.stringify(tf.engine().backendNames()))`)
  expect(stdout).toBe('[]\n')
})
