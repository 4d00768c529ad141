// Writes the JSON Schema of a recipe for editors: part of the build.
import { writeFile } from 'node:fs/promises'
import { recipeJsonSchema } from '../dist/recipe.js'

const file = new URL('../dist/recipe.schema.json', import.meta.url)
await writeFile(file, `${JSON.stringify(recipeJsonSchema(), null, 2)}\n`)
