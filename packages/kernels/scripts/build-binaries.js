import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

// Every target of asconfig.json, one after the other.
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { targets } = JSON.parse(readFileSync('asconfig.json', 'utf8'))
for (const target of Object.keys(targets)) {
  const { error } = await main(['--config', 'asconfig.json', '--target', target], { stderr: process.stderr })
  if (error) throw error
}
