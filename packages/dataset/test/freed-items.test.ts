import { setTimeout } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { untilAborted } from '../src/bytes.ts'

async function* items() {
  for (let i = 0; i < 10; i++) yield new Uint8Array(1000)
}

test('a stream that can be aborted holds no items that were taken', async () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const taken: WeakRef<Uint8Array>[] = []
  let freed = 0
  for await (const item of untilAborted(items(), new AbortController().signal)) {
    taken.push(new WeakRef(item))
    await setTimeout(1)
    collectGarbage()
    freed = taken.filter((each) => each.deref() === undefined).length
  }
  expect(freed).toBeGreaterThan(5)
})
