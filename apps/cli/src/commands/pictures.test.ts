import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RandomStream } from '@treadle/core'
import { type Channels, type Picture, encodePng } from '@treadle/image'
import { writeIdx } from '@treadle/dataset'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, treadle } from '../../test/test-context.ts'

const CLASSES = ['bars', 'discs']

/** A drawing of a class in a colour on another, with noise that makes some of them hard to tell. */
function drawing(label: number, sample: number, options: DrawingOptions): Picture {
  const {
    side = () => [16, 16],
    ink = [0, 0, 0],
    paper = [255, 255, 255],
    channels = 1,
    margin = 0,
  } = options
  const [width, height] = side(sample)
  const random = new RandomStream(7, 1, { stream: 100 * label + sample })
  const data = new Uint8Array(width * height * channels)
  let count = 0
  const next = () => random.uniform(count++)
  const radius = 0.25 + 0.2 * next()
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x + 0.5) / width - 0.5, (y + 0.5) / height - 0.5]
      const inMargin = Math.min(x, y, width - 1 - x, height - 1 - y) < margin
      const drawn = !inMargin && (label === 0 ? Math.abs(u) < radius / 2 : Math.hypot(u, v) < radius)
      const noise = inMargin ? 0 : 90 * (next() - 0.5)
      const at = (y * width + x) * channels
      const colours = channels === 2 || channels === 4 ? channels - 1 : channels
      for (let channel = 0; channel < colours; channel++) {
        const value = ((drawn ? ink : paper)[channel] as number) + noise
        data[at + channel] = Math.min(255, Math.max(0, value))
      }
      if (colours < channels) data[at + colours] = drawn ? 255 : 0
    }
  }
  return { width, height, channels, data }
}

interface DrawingOptions {
  readonly side?: (sample: number) => readonly [width: number, height: number]
  readonly ink?: readonly number[]
  readonly paper?: readonly number[]
  readonly channels?: Channels
  readonly margin?: number
}

const [TRAIN, TEST] = [12, 10]

async function writeFolder(options: DrawingOptions): Promise<{ folder: string; tests: string[] }> {
  const folder = await temporaryFolder()
  const tests: string[] = []
  for (const [label, name] of CLASSES.entries()) {
    for (let sample = 0; sample < TRAIN + TEST; sample++) {
      const split = sample < TRAIN ? 'train' : 'test'
      const path = join(folder, split, name, `${String(sample).padStart(2, '0')}.png`)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, encodePng(drawing(label, sample, options)))
      if (split === 'test') tests.push(path)
    }
  }
  return { folder, tests }
}

/** Of a data set: what `evaluate` measures, and what `predict` answers on the files of the test images. */
async function accuracies(folder: string, tests: readonly string[], flags: readonly string[]) {
  const run = join(await temporaryFolder(), 'run')
  const short = ['--epochs', '2', '--batch-size', '8', '--threads', '1', '--units', '8', '--quiet']
  const trained = await treadle(['train', '--data', folder, ...short, '--out', run, ...flags])
  expect([trained.code, trained.stderr.includes('error')]).toEqual([0, false])
  const evaluated = await treadle(['evaluate', run, '--json', '--quiet', '--threads', '1'])
  const { accuracy, loss } = (JSON.parse(evaluated.stdout) as { test: { accuracy: number; loss: number } })
    .test
  const answered = await treadle(['predict', run, ...tests, '--top', '2', '--json', '--threads', '1'])
  const answers = JSON.parse(answered.stdout) as {
    predictions: { className: string; probability: number }[]
  }[]
  const truth = tests.map((path) => path.split(/[\\/]/).at(-2))
  const right = answers.filter(({ predictions }, i) => predictions[0]?.className === truth[i]).length
  const losses = answers.map(
    ({ predictions }, i) =>
      -Math.log(predictions.find(({ className }) => className === truth[i])!.probability),
  )
  return {
    evaluate: { accuracy, loss },
    predict: {
      accuracy: right / tests.length,
      loss: losses.reduce((sum, each) => sum + each, 0) / tests.length,
    },
  }
}

const light = { ink: [255, 255, 255], paper: [0, 0, 0] }
const sizes: DrawingOptions['side'] = (sample) => [14 + (sample % 5) * 3, 20 - (sample % 3) * 4]
const colours = { channels: 3, ink: [200, 40, 0], paper: [40, 120, 255] } as const

describe('predict answers on the test files what evaluate measures', () => {
  test.each<[string, DrawingOptions, string[]]>([
    ['grey, dark on light', {}, []],
    ['grey, light on dark', light, []],
    ['inverted', {}, ['--invert']],
    ['colour', colours, []],
    ['colour as grey', colours, ['--channels', '1']],
    ['margins', { margin: 4 }, []],
    ['margins that are trimmed', { margin: 4 }, ['--trim']],
    ['dark on transparency', { channels: 4 }, []],
    ['light on transparency', { channels: 2, ...light }, []],
    [
      'transparency on a colour',
      { channels: 4, ...light },
      ['--background', '#3070a0', '--size', '12', '--fit', 'pad'],
    ],
    ['several sizes, cropped', { side: sizes }, ['--size', '14']],
    ['several sizes, padded', { side: sizes, ...colours }, ['--size', '14', '--fit', 'pad']],
    [
      'several sizes, stretched and trimmed',
      { side: sizes, margin: 2 },
      ['--size', '14', '--fit', 'stretch', '--trim'],
    ],
  ])('%s', async (_, options, flags) => {
    const { folder, tests } = await writeFolder(options)
    const { evaluate, predict } = await accuracies(folder, tests, flags)
    expect(predict.accuracy).toBe(evaluate.accuracy)
    expect(predict.loss).toBeCloseTo(evaluate.loss, 5)
  })

  test.each([
    ['dark on light', {}],
    ['light on dark', light],
  ])('arrays, %s, with the test images as files', async (_title, options) => {
    const { tests } = await writeFolder(options)
    const arrays = await temporaryFolder()
    for (const [prefix, from, to] of [
      ['train', 0, TRAIN],
      ['t10k', TRAIN, TRAIN + TEST],
    ] as const) {
      const members = CLASSES.flatMap((_name, label) =>
        Array.from({ length: to - from }, (_, i) => ({
          label,
          data: drawing(label, from + i, options).data,
        })),
      )
      const images = Uint8Array.from(members.flatMap(({ data }) => [...data]))
      const labels = Uint8Array.from(members, ({ label }) => label)
      await writeFile(
        join(arrays, `${prefix}-images-idx3-ubyte`),
        writeIdx({ dtype: 'uint8', shape: [members.length, 16, 16], data: images }),
      )
      await writeFile(
        join(arrays, `${prefix}-labels-idx1-ubyte`),
        writeIdx({ dtype: 'uint8', shape: [members.length], data: labels }),
      )
    }
    const { evaluate, predict } = await accuracies(arrays, tests, ['--classes', CLASSES.join(',')])
    expect(predict.accuracy).toBe(evaluate.accuracy)
    expect(predict.loss).toBeCloseTo(evaluate.loss, 5)
  })
})

test('the commands of docs/your-own-pictures.md', async () => {
  const text = await readFile(new URL('../../../../docs/your-own-pictures.md', import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/```sh\n([^]*?)```/g)].map(([, block]) => block as string)
  const lines = blocks.flatMap((block) => block.trim().split('\n'))
  expect(lines.length).toBeGreaterThan(5)
  const cwd = await temporaryFolder()
  const { folder } = await writeFolder({ side: sizes, ...colours })
  await cp(join(folder, 'train'), join(cwd, 'photos'), { recursive: true })
  await cp(join(folder, 'test'), join(cwd, 'new-photos'), { recursive: true })
  for (const line of lines) {
    const [program, ...words] = line.split(' ')
    expect(program).toBe('treadle')
    const { code, stdout } = await treadle(words, { cwd })
    expect([line, code]).toEqual([line, 0])
    expect(stdout).toContain(line.includes('predict') ? 'bars' : '')
  }
})
