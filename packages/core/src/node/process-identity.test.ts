import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isRunning, thisProcess } from './process-identity.ts'

test('this process runs, and one that has ended does not', () => {
  expect(isRunning(thisProcess())).toBe(true)
  const { pid } = spawnSync(process.execPath, ['--version'])
  expect(isRunning({ ...thisProcess(), pid, start: 0 })).toBe(false)
})

test('a process of another machine or container is unknown', () => {
  expect(isRunning({ ...thisProcess(), machine: '0123456789ab' })).toBeUndefined()
})

const linux = existsSync('/proc/self/stat')

test.runIf(linux)('a process with the number of one that has ended is another process', () => {
  const self = thisProcess()
  expect(self.start).toBeGreaterThan(0)
  expect(isRunning({ ...self, start: self.start - 1 })).toBe(false)
  expect(isRunning({ ...self, pid: process.ppid })).toBe(false)
})

test.runIf(linux)('a killed process whose parent has not noticed does not run', async () => {
  // The shell stays as the parent of a child that it does not wait for.
  const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; kill -9 $!; exec sleep 60'])
  const [text] = (await once(shell.stdout, 'data')) as [Buffer]
  const pid = Number(text)
  const { readFileSync } = await import('node:fs')
  const stat = () => readFileSync(`/proc/${pid}/stat`, 'utf8')
  await expect.poll(stat).toContain(') Z ')
  const start = Number(
    stat()
      .slice(stat().lastIndexOf(')') + 2)
      .split(' ')[19],
  )
  expect(isRunning({ ...thisProcess(), pid, start })).toBe(false)
  shell.kill('SIGKILL')
})
