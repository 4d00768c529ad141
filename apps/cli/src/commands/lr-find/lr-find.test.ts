import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder, treadle } from '../../../test/test-context.ts'
import { tinyDataFolder } from '../../../test/tiny-data.ts'

let cwd: string
let data: string
beforeAll(async () => {
  cwd = await temporaryFolder()
  data = await tinyDataFolder()
})

const find = (...line: string[]) =>
  treadle(['lr-find', '--data', data, '--threads', '1', '--batch-size', '16', '--steps', '100', ...line], {
    cwd,
  })

const read = (ending: string) => readFile(join(cwd, `rates.${ending}`), 'utf8')

describe('treadle lr-find', () => {
  test('shows the curve, writes it in every form, and repeats it to the bit', async () => {
    const out = ['html', 'svg', 'md', 'json'].flatMap((ending) => ['--out', `rates.${ending}`])
    const { code, stdout } = await find('--optimizer', 'sgd', ...out)
    expect(code).toBe(0)
    expect(stdout).toMatch(/Suggested learning rate: [\d.e-]+, at which the smoothed loss falls most steeply/)
    expect(stdout).toMatch(/Optimizer +sgd; the recipe has 0.01/)
    expect(stdout).toMatch(/smoothed +[▁-█ ]+ +\d\.\d{4} → \d/)
    expect(await read('html')).toContain('learning rate')
    expect(await read('svg')).toMatch(/^<svg[\s\S]+suggested [\d.e-]+<\/text>/)
    expect(await read('md')).toMatch(/^# Learning rates of wide/)
    const first = JSON.parse(await read('json')) as Record<string, unknown>
    expect(first).toMatchObject({ recipe: { optimizer: { name: 'sgd' } }, executor: 'compiled' })
    expect(first['suggestion']).toBeGreaterThan(0)

    const again = await find('--optimizer', 'sgd', '--json')
    expect(JSON.parse(again.stdout)).toEqual({ ...first, files: [] })
    const refused = await find('--out', 'rates.svg')
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/exists already.*--force/s) })
  })

  test.each<[string[], RegExp]>([
    [['--from', '0'], /`--from` \(=0\) must be a number greater than 0/],
    [['--from', '1', '--to', '0.1'], /`--to` \(=0\.1\) must be greater than --from \(=1\)/],
    [['--to', '1e999'], /`--to` \(=1e999\)/],
    [['--steps', '5'], /`--steps` \(=5\) must be a whole number from 20 to 100000/],
    [
      ['--out', 'rates.png'],
      /`--out` \(=rates\.png\) must be a file that ends in \.html, \.svg, \.md, \.json/,
    ],
    [['--learning-rate', '1'], /--learning-rate/],
  ])('%j is a mistake of usage', async (line, message) => {
    expect(await find(...line)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
  })
})
