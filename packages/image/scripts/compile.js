/** Compiles assembly/sums.ts into src/resize/sums.ts. Run it after a change: node scripts/compile.js */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'

const folder = new URL('../assembly/', import.meta.url)
const flags = [
  '-O3',
  '--enable',
  'simd',
  '--runtime',
  'stub',
  '--noAssert',
  '--importMemory',
  '--initialMemory',
  '0',
]
let binary
const { error } = await main(
  ['sums.ts', '--baseDir', fileURLToPath(folder), '--outFile', 'sums.wasm', ...flags],
  { stderr: process.stderr, writeFile: (_, contents) => void (binary = contents) },
)
if (error) throw error
const sha256 = createHash('sha256')
  .update(await readFile(new URL('sums.ts', folder)))
  .digest('hex')
await writeFile(
  new URL('../src/resize/sums.ts', import.meta.url),
  `/** assembly/sums.ts of SHA-256 ${sha256}, compiled by scripts/compile.js. */
export const binary =
  '${Buffer.from(binary).toString('base64')}'
`,
)
