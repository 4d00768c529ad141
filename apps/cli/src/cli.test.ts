import { describe, expect, test } from 'vitest'
import packageJson from '../package.json' with { type: 'json' }
import { treadle } from '../test/test-context.ts'

const commandLines = [
  [],
  ['train'],
  ['evaluate'],
  ['predict'],
  ['report'],
  ['export'],
  ['reproduce'],
  ['plan'],
  ['data'],
  ['data', 'fetch'],
  ['data', 'info'],
  ['doctor'],
]

describe('help', () => {
  test.each(commandLines.map((path) => [path.join(' '), path] as const))(
    'treadle %s --help',
    async (_, path) => {
      for (const columns of [60, 80, 120]) {
        const { code, stdout, stderr } = await treadle([...path, '--help'], { columns })
        expect(code).toBe(0)
        expect(stderr).toBe('')
        expect(stdout).toContain(['Usage  treadle', ...path].join(' '))
        expect(stdout).toMatch(/^Examples?$/m)
        const prose = stdout.split('\n').filter((line) => !line.startsWith('  treadle '))
        expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(columns)
      }
    },
  )

  test('every flag is explained', async () => {
    const { stdout } = await treadle(['train', '-h'])
    for (const flag of [
      '--data',
      '--epochs',
      '--batch-size',
      '--seed',
      '--threads',
      '--executor',
      '--out',
      '--json',
      '--quiet',
    ]) {
      expect(stdout).toContain(flag)
    }
  })

  test('is shown for nothing at all, and for treadle help COMMAND', async () => {
    const [nothing, asked] = [await treadle([]), await treadle(['--help'])]
    expect(nothing).toEqual(asked)
    expect(await treadle(['help', 'train'])).toEqual(await treadle(['train', '--help']))
  })

  test('has no colours where there are none', async () => {
    expect((await treadle(['train', '--help'])).stdout).not.toContain('\u001B')
    expect((await treadle(['train', '--help'], { colorLevel: 3 })).stdout).toContain('\u001B[')
  })
})

test.each(['--version', '-v'])('%s prints the version alone', async (flag) => {
  expect(await treadle([flag])).toEqual({ code: 0, stdout: `${packageJson.version}\n`, stderr: '' })
})

describe('wrong usage exits with 2, says what is right and writes nothing to standard output', () => {
  test.each([
    [['trian'], 'There is no command treadle trian. Did you mean treadle train?'],
    [['data', 'fech'], 'There is no command treadle data fech. Did you mean treadle data fetch?'],
    [['zzz'], 'The commands are train, evaluate'],
    [['data', '--json'], 'A command is missing. Write one of: treadle data fetch, treadle data info.'],
    [['--data', 'x y'], "`--data` must come after the command. Did you mean treadle train --data 'x y'?"],
    [
      ['--seeds=3', '-q'],
      '`--seeds=3` must come after the command. Did you mean treadle reproduce --seeds=3 -q?',
    ],
    [['-e', '3', 'train'], '`-e` must come after the command. Did you mean treadle train -e 3?'],
    [['--lr', '0.1'], 'There is no flag --lr. Did you mean treadle train --learning-rate 0.1?'],
    [['--xyzzy'], 'There is no flag --xyzzy. The commands are train, evaluate'],
    [['train', '--lr', '0.1'], 'There is no flag --lr. Did you mean --learning-rate?'],
    [['train', '--epoch', '3'], 'There is no flag --epoch. Did you mean --epochs?'],
    [['train', '--no-json'], 'There is no flag --no-json.'],
    [['train', '--epochs'], '`--epochs` needs a value.'],
    [['train', '--epochs='], '`--epochs` needs a value.'],
    [['train', '--out', '--json'], '`--out` needs a value.'],
    [['train', '--json=yes'], '`--json` is a switch'],
    [['train', '--epochs', '0'], '`--epochs` (=0) must be a whole number of at least 1.'],
    [['train', '--threads', '-1'], '`--threads` (=-1) must be a whole number from 1 to 8.'],
    [['train', '--batch-size', 'abc'], '`--batch-size` (=abc) must be a whole number of at least 1.'],
    [
      ['train', '--seed', '4294967296'],
      '`--seed` (=4294967296) must be a whole number from 0 to 4294967295.',
    ],
    [['train', '--executor', 'compild'], 'must be auto, compiled or eager. Did you mean compiled?'],
    [['train', '--optimizer', 'adan'], 'rmsprop, adagrad, adamax, nadam, lion or muon. Did you mean adam?'],
    [['train', '--dropout', '1'], '`--dropout` (=1) must be a number of at least 0 and below 1.'],
    [['train', 'wide-and-deep', 'wide'], 'Too many words: wide.'],
    [['evaluate'], 'RUN is missing.'],
    [['predict'], 'RUN and IMAGE are missing.'],
    [['predict', 'runs/x'], 'IMAGE is missing.'],
    [['report', 'runs/x', '--format', 'pdf'], '`--format` (=pdf) must be html, txt, md or svg.'],
    [['export', 'runs/x'], '`--out` is missing. Give the file to write.'],
    [['export', 'runs/x', '--out', 'm', '--format', 'tfsj'], 'Did you mean tfjs?'],
    [['export', 'runs/x', '--out', 'm'], '`--format` is missing, and `--out` (=m) does not tell it.'],
    [['reproduce', '--seeds', '0'], '`--seeds` (=0) must be a whole number'],
  ])('%j', async (line, message) => {
    const { code, stdout, stderr } = await treadle(line)
    expect(stderr).toContain(message)
    expect(stderr).toContain('--help')
    expect(stderr).not.toMatch(/^\s+at /m)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
