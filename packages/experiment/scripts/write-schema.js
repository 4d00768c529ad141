// Writes the JSON Schemas of recipes and sweeps for editors: part of the build.
import { writeFile } from 'node:fs/promises'
import { recipeJsonSchema } from '../dist/recipe.js'
import { sweepJsonSchema } from '../dist/sweep.js'

const schemas = { recipe: recipeJsonSchema(), sweep: sweepJsonSchema() }
for (const [name, schema] of Object.entries(schemas)) {
  const file = new URL(`../dist/${name}.schema.json`, import.meta.url)
  await writeFile(file, `${JSON.stringify(schema, null, 2)}\n`)
}
