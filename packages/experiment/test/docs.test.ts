import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parseRecipe, readRecipeText, recipeTable } from '../src/recipe/index.ts'

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
