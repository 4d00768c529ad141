import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PackedProject } from './packed-project.ts'

const sources = fileURLToPath(new URL('../embedding/', import.meta.url))

/** A network that is compiled, and one with a layer that only tfjs has. */
export const models = ['model', 'recurrent'] as const

/** The answers to `answer.js`, by model. */
export type Answers = Readonly<Record<string, unknown>>

/**
 * Saves both models in a folder of the project, beside `answer.js`.
 * @returns what Node.js answers, where nothing is bundled
 */
export async function makeHostModels(project: PackedProject, folder: string): Promise<Answers> {
  await mkdir(folder, { recursive: true })
  for (const name of ['make-model.js', 'answer.js', 'node.js'])
    await cp(join(sources, name), join(folder, name))
  const run = async (...args: string[]) => (await project.run(process.execPath, args, { cwd: folder })).stdout
  await run('make-model.js')
  return JSON.parse(await run('node.js', ...models)) as Answers
}
