import { spawnSync } from 'node:child_process'
import { copyFile, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeImage, encodePng } from '@treadle/image'
import { beforeAll, describe, expect, test } from 'vitest'
import { testContext, treadle, temporaryFolder } from '../../test/test-context.ts'
import { tinyDataFolder, tinyPng } from '../../test/tiny-data.ts'
import { runCli } from '../cli.ts'
import { Interruption } from '../context.ts'

/** A folder cannot hold the name of the second. */
const CLASSES = ['Top', 'Middle/centre', 'Bottom']
let data: string
let run: string
beforeAll(async () => {
  data = await tinyDataFolder()
  run = join(await temporaryFolder(), 'run')
  const { code } = await treadle([
    'train',
    '--data',
    data,
    '--epochs',
    '4',
    '--batch-size',
    '16',
    '--classes',
    CLASSES.join(','),
    '--out',
    run,
  ])
  expect(code).toBe(0)
})

describe('treadle evaluate', () => {
  test('computes the test metrics of the training run again', async () => {
    const { code, stdout } = await treadle(['evaluate', run, '--json'])
    expect(code).toBe(0)
    const { test: figures } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as { test: unknown }
    expect((JSON.parse(stdout) as { test: unknown }).test).toEqual(figures)
  })

  test('states that the weights are not those of the training run', async () => {
    const folder = await temporaryFolder()
    const [copy, other] = [join(folder, 'run'), join(folder, 'other')]
    await cp(run, copy, { recursive: true })
    await treadle(['train', '--data', data, '--epochs', '1', '--seed', '2', '--out', other])
    await cp(join(other, 'model'), join(copy, 'model'), { recursive: true })
    const { code, stdout, stderr } = await treadle(['evaluate', copy, '--json'])
    expect(stderr).toContain('OTHER WEIGHTS')
    const [before, now] = [await readFile(join(run, 'run.json'), 'utf8'), stdout].map(
      (text) => (JSON.parse(text) as { weightsSha256: string }).weightsSha256,
    )
    expect(now).toMatch(/^[0-9a-f]{64}$/)
    expect(now).not.toBe(before)
    expect(code).toBe(0)
  })

  test('tests a run of an earlier version, with run.json in format 1', async () => {
    const fixture = new URL(
      '../../../../packages/experiment/test/fixtures/format-1/finished',
      import.meta.url,
    )
    const { code, stdout, stderr } = await treadle(['evaluate', fileURLToPath(fixture), '--json'])
    expect(stderr).not.toContain('OTHER WEIGHTS')
    expect(JSON.parse(stdout)).toMatchObject({
      test: { accuracy: 0.739, loss: expect.closeTo(0.7445, 4) as number },
    })
    expect(code).toBe(0)
  })

  test('refuses data of other classes', async () => {
    const { code, stderr } = await treadle(['evaluate', run, '--data', 'sample'])
    expect(code).toBe(1)
    expect(stderr).toContain(
      'The model predicts Top, Middle/centre, Bottom, but fashion-mnist-sample has T-shirt/top',
    )
  })
})

/** Makes a folder for each name, with one picture of the given class. */
async function folderOf(classes: Readonly<Record<string, number>>): Promise<string> {
  const folder = await temporaryFolder()
  for (const [name, label] of Object.entries(classes)) {
    await mkdir(join(folder, 'new', name), { recursive: true })
    await tinyPng(join(folder, 'new', name), label)
  }
  return folder
}

const evaluateNew = async (cwd: string, ...flags: string[]) => {
  const { code, stdout, stderr } = await treadle(
    ['evaluate', run, '--data', 'new', '--threads', '1', '--json', ...flags],
    { cwd },
  )
  const result = code === 0 ? (JSON.parse(stdout) as { dataset: object; test: object }) : undefined
  return { code, stderr, count: result?.dataset, test: result?.test }
}

describe('treadle evaluate --data', () => {
  test.each([
    ['names.csv', '\uFEFFName,class\r\nhigh, Top\r\n"low, dark",bottom\r\n\r\n'],
    ['names.tsv', 'high\tTop\nlow, dark\tBottom'],
    ['names.json', '{ "high": "Top", "low, dark": "Bottom" }'],
  ])('takes the meaning of other names from %s', async (name, text) => {
    // Alphabetical order is not that of the model; two of the names are members of every object.
    const cwd = await folderOf({ 'low, dark': 2, constructor: 0, high: 0, Middle_Centre: 1, toString: 1 })
    await writeFile(join(cwd, name), text)
    const { code, stderr, count, test: metrics } = await evaluateNew(cwd, '--map', name)
    expect(stderr).toContain('The model does not know constructor, toString: 2 of 5 images are left out')
    expect(stderr).not.toContain('has no images of')
    expect(code).toBe(0)
    expect(count).toMatchObject({ name: 'new', test: 3 })
    expect(metrics).toMatchObject({ accuracy: 1 })
  })

  test('says which classes are missing, and that other names can be explained', async () => {
    const cwd = await folderOf({ bottom: 2, high: 0 })
    const { code, stderr, count, test: metrics } = await evaluateNew(cwd)
    expect(code).toBe(0)
    expect(stderr).toContain('The model does not know high: 1 of 2 images are left out')
    expect(stderr).toContain('--map')
    expect(stderr).toContain('new has no images of Top, Middle/centre.')
    expect(count).toMatchObject({ test: 1 })
    expect(metrics).toMatchObject({ accuracy: 1 })
  })

  test.each([
    ['a name that the data do not have', 'under,Bottom', 1, 'new has no class under: it has bottom, high'],
    ['a class that the model does not have', 'high,Higher', 1, 'the model has no class Higher: it has Top'],
    ['a member of every object', '{ "toString": "Top" }', 1, 'new has no class toString'],
    ['a name with two meanings', 'high,Top\nhigh,Bottom', 2, 'high means both Top and Bottom'],
    ['a line without a class', 'high', 2, 'must be JSON such as'],
    ['a line of three cells', 'high,Top,Bottom', 2, 'must be JSON such as'],
    ['JSON that is cut off', '{ "high": ', 2, 'must be JSON such as'],
    ['JSON with a number', '{ "high": 0 }', 2, 'must be JSON such as'],
    ['nothing', '\n', 2, 'must be JSON such as'],
  ])('refuses a file of names with %s', async (_title, text, expected, message) => {
    const cwd = await folderOf({ bottom: 2, high: 0 })
    await writeFile(join(cwd, 'names'), text)
    const { code, stderr } = await evaluateNew(cwd, '--map', 'names')
    expect(stderr).toContain(message)
    expect(code).toBe(expected)
  })

  test('refuses a file of names that does not exist, and one for the data of the run', async () => {
    const cwd = await folderOf({ bottom: 2 })
    const missing = await evaluateNew(cwd, '--map', 'names.csv')
    expect(missing).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('names.csv does not exist') as string,
    })
    const own = await treadle(['evaluate', run, '--map', 'names.csv'], { cwd })
    expect(own).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`--map` needs `--data`') as string,
    })
  })
})

const json = async (...line: string[]) => {
  const { code, stdout, stderr } = await treadle([...line, '--json'])
  expect(stderr).not.toContain('error')
  expect(code).toBe(0)
  return JSON.parse(stdout) as { test: { loss: number }; history: { val_loss: number[] } }
}

describe('--weights', () => {
  test('best and last test the model of the best and of the last epoch', async () => {
    // At this rate the validation loss rises again.
    const other = join(await temporaryFolder(), 'run')
    const line = ['train', '--data', data, '--epochs', '12', '--learning-rate', '0.1', '--batch-size', '16']
    const { history } = await json(...line, '--out', other)
    const best = Math.min(...history.val_loss)
    const epoch = history.val_loss.indexOf(best) + 1
    expect(epoch).toBeLessThan(12)
    for (const weights of ['best', String(epoch)])
      expect((await json('evaluate', other, '--weights', weights)).test.loss).toBeCloseTo(best, 6)
    for (const weights of ['last', '12'])
      expect((await json('evaluate', other, '--weights', weights)).test.loss).toBeCloseTo(
        history.val_loss.at(-1) as number,
        6,
      )
    expect((await json('report', other, '--weights', 'best')).test.loss).toBeCloseTo(best, 6)
    expect(await readFile(join(other, 'report.md'), 'utf8')).toContain(`of epoch ${epoch}`)

    const png = await tinyPng(await temporaryFolder(), 1)
    const answers = await Promise.all(
      ['best', 'last'].map((weights) => treadle(['predict', other, png, '--json', '--weights', weights])),
    )
    expect(answers.map(({ code }) => code)).toEqual([0, 0])
    expect(answers[1]?.stdout).toBe((await treadle(['predict', other, png, '--json'])).stdout)

    const exported = async (name: string, ...weights: string[]) => {
      const out = join(await temporaryFolder(), name)
      const words = ['export', other, '--format', 'tfjs', '--out', out, '--json', ...weights]
      const { code, stdout } = await treadle(words)
      expect(code).toBe(0)
      const found = JSON.parse(stdout) as { epoch?: number }
      return { epoch: found.epoch, weights: await readFile(join(out, 'weights.bin'), 'hex') }
    }
    const saved = await readFile(join(other, 'model/weights.bin'), 'hex')
    expect(await exported('saved')).toEqual({ epoch: undefined, weights: saved })
    expect(await exported('number', '--weights', '12')).toEqual({ epoch: 12, weights: saved })
    const ofBest = await exported('best', '--weights', 'best')
    expect(ofBest.epoch).toBe(epoch)
    expect(ofBest.weights).not.toBe(saved)
    expect(ofBest.weights.length).toBe(saved.length)

    const unknown = await treadle(['evaluate', other, '--weights', '99'])
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain(`keeps no weights of epoch 99`)
    expect(unknown.stderr).toContain(`${epoch} and 12`)
    const { stdout } = await treadle(['report', other])
    expect(stdout).toContain(`Validation has got worse since`)
    expect(stdout).toContain(`${epoch}*`)
  })

  test.each(['bset', '0', '1.5', ''])('refuses %j', async (weights) => {
    const { code, stderr } = await treadle(['evaluate', run, `--weights=${weights}`])
    expect(stderr).toContain('--weights')
    expect(code).toBe(2)
  })
})

describe('treadle predict', () => {
  test('refuses a named pipe at once', async () => {
    const pipe = join(await temporaryFolder(), 'pipe')
    spawnSync('mkfifo', [pipe])
    const { code, stderr } = await treadle(['predict', run, pipe])
    expect(stderr).toContain('is a named pipe, not a file')
    expect(code).toBe(1)
  })

  test('names the class of light and dark pictures, best first', async () => {
    const folder = await temporaryFolder()
    const images = [await tinyPng(folder, 0), await tinyPng(folder, 2), await tinyPng(folder, 1, true)]
    const { code, stdout } = await treadle(['predict', run, ...images, '--json', '--top', '2'])
    expect(code).toBe(0)
    const answers = JSON.parse(stdout) as {
      image: string
      predictions: { className: string; probability: number }[]
    }[]
    expect(answers.map(({ image }) => image)).toEqual(images)
    expect(answers.map(({ predictions }) => predictions[0]?.className)).toEqual([
      'Top',
      'Bottom',
      'Middle/centre',
    ])
    for (const { predictions } of answers) {
      expect(predictions.length).toBe(2)
      expect(predictions[0]?.probability).toBeGreaterThanOrEqual(predictions[1]?.probability as number)
    }
    const { stdout: text } = await treadle(['predict', run, images[0] as string])
    expect(text).toMatch(/█.*%/)
  })

  test('warns of a picture that is unlike those of the training', async () => {
    const cwd = await temporaryFolder()
    const png = basename(await tinyPng(cwd, 0))
    const stripes = Uint8Array.from({ length: 144 }, (_, i) => (i % 2) * 255)
    await writeFile(
      join(cwd, 'stripes.png'),
      encodePng({ width: 12, height: 12, data: stripes, channels: 1 }),
    )
    const predict = (...flags: string[]) =>
      treadle(['predict', run, png, 'stripes.png', '--top', '1', ...flags], { cwd })
    const answers = JSON.parse((await predict('--json')).stdout) as { distance: number; warning?: string }[]
    expect(answers.map(({ distance, warning }) => [distance > 1, typeof warning])).toEqual([
      [false, 'undefined'],
      [true, 'string'],
    ])
    const [, told] = answers.map(({ warning }) =>
      Number(/distance from them is ([\d.]+),/.exec(warning ?? '')?.[1]),
    )
    expect(told).toBeGreaterThan(1)
    const text = await predict()
    expect(text.stdout.match(/warning: .*/g)).toEqual([`warning: ${answers[1]?.warning}`])
    const csv = await predict('--csv')
    expect(
      csv.stdout
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',').at(-1))),
    ).toEqual(answers.map(({ distance }) => distance))
    expect(csv.stderr).toContain('1 of 2 images are unlike the training images')
  })

  test('--show draws what the network sees', async () => {
    const folder = await temporaryFolder()
    const [png, inverted] = [await tinyPng(folder, 1), await tinyPng(folder, 1, true)]
    const { code, stdout } = await treadle(['predict', run, png, inverted, '--show'], { colorLevel: 3 })
    expect(code).toBe(0)
    // Each half-block is two pixels: the upper one in its own colour, the lower one in that behind it.
    const blocks = [...stdout.matchAll(/38;2;(\d+);\d+;\d+m.\[48;2;(\d+);\d+;\d+m▀/g)]
    const seen = Array.from({ length: 2 * 144 }, (_, i) => {
      const [y, x] = [Math.floor(i / 12), i % 12]
      return Number(blocks[Math.floor(y / 2) * 12 + x]?.[1 + (y % 2)])
    })
    const { data: pixels } = await decodeImage(await readFile(png))
    // The network was trained on light on dark: the dark picture on light is inverted.
    expect(seen).toEqual([...pixels, ...pixels])

    const { stdout: plain } = await treadle(['predict', run, png, '--show', '--top', '1'])
    const lines = plain.trimEnd().split('\n')
    expect(lines.slice(2, -1).map((line) => line.length)).toEqual(Array.from({ length: 6 }, () => 12))
    expect(lines[4]).toMatch(/^[*#%]+$/)
    expect(lines.at(-1)).toContain('Middle/centre')
  })

  test.each(['--json', '--csv'])('refuses --show with %s', async (flag) => {
    const { code, stdout, stderr } = await treadle(['predict', run, 'photo.png', '--show', flag])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain('`--show` draws on the terminal')
  })

  test.each([
    ['text.png', 'text.png: Reading the image: its content is of no known image format'],
    ['missing.png', 'missing.png does not exist. Check the path.'],
    ['folder', 'folder is a folder without images'],
    ['*.webp', 'no file matches *.webp'],
  ])('says what is wrong with %s', async (name, message) => {
    const cwd = await temporaryFolder()
    await writeFile(join(cwd, 'text.png'), 'no picture')
    await mkdir(join(cwd, 'folder'))
    const { code, stdout, stderr } = await treadle(['predict', run, name], { cwd })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(message)
  })

  test('answers for folders, globs and standard input, and reports each file that cannot be read', async () => {
    const folder = await temporaryFolder()
    await mkdir(join(folder, 'below'))
    const png = await tinyPng(join(folder, 'below'), 2)
    await writeFile(join(folder, 'broken.png'), 'no picture')
    await writeFile(join(folder, 'notes.txt'), 'no picture')
    const options = { cwd: folder, stdin: await readFile(png) }
    const { code, stdout, stderr } = await treadle(
      ['predict', run, '.', 'below/*.png', 'missing.png', '-', '--top', '1', '--json'],
      options,
    )
    expect(code).toBe(1)
    const answers = JSON.parse(stdout) as { image: string; error?: string; predictions?: object[] }[]
    expect(answers.map(({ image, predictions }) => [image, predictions?.length])).toEqual([
      [join('below', basename(png)), 1],
      ['broken.png', undefined],
      [`below/${basename(png)}`, 1],
      ['missing.png', undefined],
      ['-', 1],
    ])
    expect(stderr).toContain('broken.png: Reading the image')
    expect(stderr).toContain('missing.png does not exist')
    const csv = await treadle(['predict', run, 'below', '--csv', '--top', '2'], options)
    expect(csv.code).toBe(0)
    expect(csv.stdout.split('\n').slice(0, 2)).toEqual([
      'image,rank,class,probability,error,distance',
      expect.stringMatching(/^below.*,1,Bottom,0\.\d+,,\d+\.\d+$/),
    ])
    await copyFile(png, join(folder, '=1+1.png'))
    const formula = await treadle(['predict', run, '=1+1.png', '--csv', '--top', '1'], options)
    expect(formula.stdout.split('\n')[1]).toMatch(/^'=1\+1\.png,1,/)
  })

  test('names a path that has no model', async () => {
    const folder = await temporaryFolder()
    const image = await tinyPng(folder, 0)
    expect(await treadle(['predict', folder, image])).toMatchObject({ code: 1, stdout: '' })
  })
})

describe('treadle report', () => {
  test('writes the same files again from the run directory alone', async () => {
    const names = (await readdir(run)).filter((name) => name.startsWith('report.') || name.endsWith('.svg'))
    const before = await Promise.all(names.map((name) => readFile(join(run, name), 'utf8')))
    for (const name of names) await rm(join(run, name))
    const { code, stdout } = await treadle(['report', run])
    expect(code).toBe(0)
    expect(stdout).toContain('Classification report')
    expect(await Promise.all(names.map((name) => readFile(join(run, name), 'utf8')))).toEqual(before)
  })

  test('writes one format if asked', async () => {
    const { stdout } = await treadle(['report', run, '--format', 'md', '--json'])
    expect((JSON.parse(stdout) as { files: unknown }).files).toEqual(['report.md'])
  })

  test('leaves the images out if the data are gone', async () => {
    const record = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as { recipe: object }
    const copy = await temporaryFolder()
    await writeFile(
      join(copy, 'run.json'),
      JSON.stringify({ ...record, recipe: { ...record.recipe, data: { name: join(copy, 'gone') } } }),
    )
    for (const name of ['history.jsonl', 'predictions.csv'])
      await writeFile(join(copy, name), await readFile(join(run, name)))
    const { code, stdout } = await treadle(['report', copy, '--format', 'html'])
    expect(code).toBe(0)
    expect(stdout).toContain('The report shows no pictures')
    expect(await readdir(copy)).toContain('report.html')
  })

  test('asks to finish a run that has no test result', async () => {
    const folder = await temporaryFolder()
    const { test: _, ...record } = JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as Record<
      string,
      unknown
    >
    await writeFile(join(folder, 'run.json'), JSON.stringify({ ...record, status: 'aborted' }))
    const { code, stderr } = await treadle(['report', folder])
    expect(code).toBe(1)
    expect(stderr).toContain(`treadle train --resume ${folder}`)
  })

  test('states that the predictions of a finished run are missing', async () => {
    const folder = await temporaryFolder()
    await copyFile(join(run, 'run.json'), join(folder, 'run.json'))
    const { code, stderr } = await treadle(['report', folder])
    expect(code).toBe(1)
    expect(stderr).toContain('has lost its predictions.csv')
  })
})

describe('treadle reproduce', () => {
  test('keeps finished seeds, continues after Ctrl-C, and prints mean ± sd', async () => {
    const out = await temporaryFolder()
    const line = ['reproduce', '--seeds', '2', '--epochs', '2', '--data', data, '--out', out]
    const context = testContext()
    const write = context.stdout.write.bind(context.stdout)
    context.stdout.write = (text) => {
      write(text)
      if (text.includes('seed 1')) context.abort.abort(Interruption.SIGINT)
    }
    expect(await runCli(line, context)).toBe(130)
    const first = await readFile(join(out, 'seed-1', 'run.json'), 'utf8')

    const { code, stdout } = await treadle([...line, '--json'])
    expect(code).toBe(0)
    expect(await readFile(join(out, 'seed-1', 'run.json'), 'utf8')).toBe(first)
    const result = JSON.parse(stdout) as {
      seeds: number[]
      accuracy: { mean: number; sd: number }
      epochs: unknown[]
      runs: { accuracy: number }[]
      verdict?: unknown
    }
    expect(result.seeds).toEqual([1, 2])
    expect(result.epochs.length).toBe(2)
    const [a, b] = result.runs.map(({ accuracy }) => accuracy) as [number, number]
    expect(result.accuracy.mean).toBeCloseTo((a + b) / 2, 12)
    expect(result.accuracy.sd).toBeCloseTo(Math.abs(a - b) / Math.SQRT2, 12)
    expect(result.verdict).toBeUndefined()
    expect(await readdir(out)).toEqual(expect.arrayContaining(['reproduce.json', 'reproduce.txt']))
    expect((await treadle(line)).stdout).toContain('NOT COMPARABLE')

    const other = await treadle(['reproduce', '--seeds', '2', '--epochs', '3', '--data', data, '--out', out])
    expect(other.code).toBe(1)
    expect(other.stderr).toContain('holds a run with other settings: epochs 2, not 3')
  })
})

test('treadle reproduce --folds tests every training sample once', async () => {
  const out = await temporaryFolder()
  const line = ['reproduce', '--folds', '2', '--epochs', '1', '--data', data, '--out', out, '--json']
  const { code, stdout } = await treadle(line)
  expect(code).toBe(0)
  const result = JSON.parse(stdout) as { accuracy: { mean: number }; interval: { low: number; high: number } }
  expect(result).toMatchObject({ folds: 2, seed: 1, runs: [{ seed: 1 }, { seed: 1 }] })
  const { low, high } = result.interval
  expect((low + high) / 2).toBeCloseTo(result.accuracy.mean, 12)
  for (const fold of ['fold-1', 'fold-2'])
    expect(JSON.parse(await readFile(join(out, fold, 'run.json'), 'utf8'))).toMatchObject({
      dataset: { train: 65, test: 65 },
    })
})

test('treadle data info describes the data', async () => {
  const { stdout } = await treadle(['data', 'info', data, '--json'])
  expect(JSON.parse(stdout)).toMatchObject({
    kind: 'images',
    train: { count: 130 },
    test: { count: 30 },
    outputs: ['0', '1', '2'],
  })
  expect((await treadle(['data', 'info', 'sample'])).stdout).toMatch(/Ankle boot +600 +100\n[^]*SAMPLE DATA/)
})

test('treadle doctor describes the runtime that training would use', async () => {
  const { code, stdout } = await treadle(['doctor', '--threads', '1', '--json'])
  expect(code).toBe(0)
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: { name: string; text: string }[] }
  expect(ok).toBe(true)
  expect(findings).toContainEqual({
    name: 'Threads',
    state: 'ok',
    text: expect.stringContaining('1 thread (requested: 1)') as string,
  })
  expect((await treadle(['doctor', '--threads', '1'])).stdout).toContain('Treadle can train here.')
})
