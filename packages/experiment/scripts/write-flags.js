// Replaces dist/flags.js by what it computes: part of the build.
import { rm, writeFile } from 'node:fs/promises'

const file = new URL('../dist/flags.js', import.meta.url)
const values = await import(file)
const lines = Object.entries(values).map(
  ([name, value]) => `export const ${name} = ${JSON.stringify(value, null, 2)}`,
)
await writeFile(file, `${lines.join('\n')}\n`)
await rm(new URL('../dist/flags.js.map', import.meta.url), { force: true })
