import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parseRecipe, readRecipeText, recipeTable } from '../src/recipe/index.ts'
import { parseSweep } from '../src/sweep/index.ts'

const page = await readFile(new URL('../../../docs/recipe.md', import.meta.url), 'utf8')

/** The cells of a Markdown table: the formatter pads them. */
const cellsOf = (table: string) =>
  table
    .trim()
    .split('\n')
    .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replace(/^-+$/, '---')))

test('docs/recipe.md lists the fields of the schema (scripts/write-docs.js writes them)', () => {
  const table = /<!-- fields -->([^]*)<!-- end of fields -->/.exec(page)?.[1] ?? ''
  expect(cellsOf(table)).toEqual(cellsOf(recipeTable()))
})

const examples = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map((match) => match[1] as string)

test.each(examples)('its example is a recipe:\n%s', async (text) => {
  expect(parseRecipe(await readRecipeText(text, 'docs/recipe.md')).model.name).toMatch(
    /^(wide-and-deep|cnn-tiny|photo-small)$/,
  )
})

test('the example of docs/sweep.md is a sweep', async () => {
  const text = await readFile(new URL('../../../docs/sweep.md', import.meta.url), 'utf8')
  const example = /^```yaml\n([^]*?)^```$/m.exec(text)?.[1] as string
  expect(parseSweep(await readRecipeText(example, 'docs/sweep.md')).budget.trials).toBe(20)
})

test('docs/examples/baseline-sweep.yaml is a sweep', async () => {
  const file = new URL('../../../docs/examples/baseline-sweep.yaml', import.meta.url)
  const { recipe, budget } = parseSweep(await readRecipeText(await readFile(file, 'utf8'), file.pathname))
  expect(recipe).toMatchObject({ data: { validation: { split: 0.1 } } })
  expect(budget.trials).toBe(120)
})
