// Writes the table of fields into docs/recipe.md: run it after a change of the schema and a build.
import { readFile, writeFile } from 'node:fs/promises'
import { recipeTable } from '../dist/recipe.js'

const page = new URL('../../../docs/recipe.md', import.meta.url)
const text = await readFile(page, 'utf8')
const [before, after] = [text.indexOf('<!-- fields -->'), text.indexOf('<!-- end of fields -->')]
await writeFile(page, `${text.slice(0, before)}<!-- fields -->\n\n${recipeTable()}\n\n${text.slice(after)}`)
