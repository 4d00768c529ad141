import { expect, test } from 'vitest'
import { explainPermission } from './explain-permission.ts'

const denied = (permission: string, resource = '') =>
  Object.assign(new Error('Access to this API has been restricted'), {
    code: 'ERR_ACCESS_DENIED',
    permission,
    resource,
  })

test.each([
  [denied('FileSystemRead', '/data'), 'may not read /data. Give node --allow-fs-read=/data.'],
  [denied('FileSystemWrite', '/runs/a'), 'may not write /runs/a. Give node --allow-fs-write=/runs/a.'],
  [denied('FileSystemRead'), 'may not read. Give node --allow-fs-read.'],
  [denied('WorkerThreads'), 'may not start worker threads. Give node --allow-worker.'],
  [denied('Net', 'host'), 'may not use the network. Give node --allow-net.'],
])('%o names the flag (%#)', (error, words) => {
  expect(explainPermission(error)).toBe(`Node.js runs with --permission and ${words}`)
})

test('what has no flag keeps its message', () => {
  expect(explainPermission(denied('Addon'))).toBe(
    'Node.js runs with --permission: Access to this API has been restricted. Start node without it.',
  )
})

test.each([undefined, null, new Error('x'), Object.assign(new Error('x'), { code: 'EACCES' })])(
  '%s is none',
  (error) => {
    expect(explainPermission(error)).toBeUndefined()
  },
)
