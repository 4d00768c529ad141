import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder, treadle } from '../../../test/test-context.ts'
import { tinyDataFolder } from '../../../test/tiny-data.ts'

/** A folder with `recipe.yaml` and, beside it, the data that it names by a relative path. */
async function recipeFolder(): Promise<string> {
  const folder = await temporaryFolder()
  await symlink(await tinyDataFolder(), join(folder, 'images'))
  await writeFile(
    join(folder, 'recipe.yaml'),
    'model: { name: wide-and-deep, units: [8] }\ndata: images\ntraining: { epochs: 1, batchSize: 16, threads: 1 }\n',
  )
  return folder
}

test('a recipe file trains, changed by flags and by --set', async () => {
  const folder = await recipeFolder()
  const out = join(folder, 'run')
  const { code, stderr } = await treadle([
    'train',
    join(folder, 'recipe.yaml'),
    '--seed',
    '5',
    '--set',
    'optimizer.learningRate=0.003',
    '--out',
    out,
  ])
  expect([code, stderr]).toEqual([0, ''])
  const { recipe } = JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as { recipe: object }
  expect(recipe).toMatchObject({
    model: { name: 'wide-and-deep', units: [8] },
    data: { name: join(folder, 'images') },
    training: { epochs: 1, batchSize: 16, seed: 5 },
    optimizer: { name: 'adam', learningRate: 0.003 },
  })
})

test('--print-recipe prints a complete recipe, which is a recipe file', async () => {
  const folder = await recipeFolder()
  const first = await treadle(['train', join(folder, 'recipe.yaml'), '--print-recipe'])
  await mkdir(join(folder, 'again'))
  const again = join(folder, 'again', 'recipe.json')
  await writeFile(
    again,
    (await treadle(['train', join(folder, 'recipe.yaml'), '--print-recipe', '--json'])).stdout,
  )
  const second = await treadle(['train', again, '--print-recipe'])
  expect([first.code, second.code]).toEqual([0, 0])
  expect(second.stdout).toContain('units:')
  expect(second.stdout.replace(/^ {2}name: .*images$/m, '')).toBe(
    first.stdout.replace(/^ {2}name: .*images$/m, ''),
  )
})

test('a mistake in a recipe file is named by its path', async () => {
  const folder = await recipeFolder()
  await writeFile(join(folder, 'wrong.yaml'), 'model: wide-and-deep\ntraining: { epochs: 0 }\n')
  const { code, stderr } = await treadle(['train', join(folder, 'wrong.yaml')])
  expect(code).toBe(2)
  expect(stderr).toContain('training.epochs')
  const missing = await treadle(['train', join(folder, 'none.yaml')])
  expect(missing.code).toBe(1)
  expect(missing.stderr).toContain('none.yaml does not exist')
})
