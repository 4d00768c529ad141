import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder, treadle } from '../../test/test-context.ts'
import { tinyDataFolder } from '../../test/tiny-data.ts'

test('a run with --fast-math says so before, in its record, in its report and in its JSON', async () => {
  const out = join(await temporaryFolder(), 'run')
  const line = ['train', '--data', await tinyDataFolder(), '--epochs', '1', '--threads', '1', '--out', out]
  const { code, stdout } = await treadle([...line, '--fast-math'])
  expect(code).toBe(0)
  expect(stdout).toContain('Fast math')
  const record = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as Record<string, unknown>
  expect(record).toMatchObject({ recipe: { training: { fastMath: true } }, backend: { fastMath: true } })
  expect(record['command']).toContain(' --fast-math')
  expect(await readFile(join(out, 'report.txt'), 'utf8')).toContain('fast math')

  const resumed = await treadle(['train', '--resume', out, '--epochs', '2', '--json'])
  expect(resumed.code).toBe(0)
  expect(JSON.parse(resumed.stdout)).toMatchObject({
    backend: { fastMath: true },
    history: { loss: { length: 2 } },
  })
})

test('an exact run does not mention it', async () => {
  const out = join(await temporaryFolder(), 'run')
  const line = ['train', '--data', await tinyDataFolder(), '--epochs', '1', '--threads', '1', '--out', out]
  const { stdout } = await treadle(line)
  expect(stdout).not.toContain('Fast math')
  const record = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as { backend: object }
  expect(record).toMatchObject({ recipe: { training: { fastMath: false } } })
  expect(record.backend).not.toHaveProperty('fastMath')
  expect(await readFile(join(out, 'report.txt'), 'utf8')).not.toContain('fast math')
})

test('--fast-math beside --executor eager is wrong usage', async () => {
  const { code, stderr } = await treadle(['train', '--fast-math', '--executor', 'eager'])
  expect(code).toBe(2)
  expect(stderr).toContain('--executor eager')
})
