import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'
import { refuseShuffles } from './shuffles.js'

// Every target of asconfig.json, one after the other.
process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const { targets } = JSON.parse(readFileSync('asconfig.json', 'utf8'))
for (const [target, { outFile }] of Object.entries(targets)) {
  const { error } = await main(['--config', 'asconfig.json', '--target', target], { stderr: process.stderr })
  if (error) throw error
  refuseShuffles(outFile, readFileSync(outFile))
}
