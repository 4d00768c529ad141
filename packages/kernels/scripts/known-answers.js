import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { KnownAnswers } from '../dist/known-answers.js'
import { compileKernels } from '../dist/index.js'

// Writes the hashes of the known answers, after a build: for kernels that were meant to change.
const known = await KnownAnswers.create(await compileKernels({ shared: false }), false)
const lines = Object.entries(known.answers()).map(([name, hash]) => `  ${name}: ${hash},\n`)
writeFileSync(
  fileURLToPath(new URL('../src/known-answers/hashes.ts', import.meta.url)),
  `import type { Answers } from './answers.ts'\n\n/** Of the examples of every instruction. scripts/known-answers.js writes this file. */\nexport const hashes: Answers = {\n${lines.join('')}}\n`,
)
