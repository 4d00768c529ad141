#!/usr/bin/env node
/**
 * Trains a model of this package again, by the command of its card.
 *
 *   node packages/pretrained/scripts/train.js NAME           writes its weights, network and card
 *   node packages/pretrained/scripts/train.js NAME --check   compares the weights with the card, and writes nothing
 *
 * It needs the built packages and the data. For a new model, first write card.json in models/NAME with `name`,
 * `description`, `dataset` (`name`, `address` and `licence`) and `command`, and copy LICENSE and network.ts there.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { check: { type: 'boolean' } } })
const [name] = positionals
if (name === undefined || positionals.length > 1) {
  console.error('Usage: node packages/pretrained/scripts/train.js NAME [--check]')
  process.exit(2)
}

const model = fileURLToPath(new URL(`../models/${name}/`, import.meta.url))
const readJson = async (/** @type {string} */ path) => JSON.parse(await readFile(path, 'utf8'))
const card = await readJson(join(model, 'card.json'))

const command = fileURLToPath(new URL('../../../apps/cli/bin/treadle.js', import.meta.url))
const treadle = async (/** @type {string[]} */ ...words) => {
  const options = { maxBuffer: 2 ** 26 }
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [command, ...words, '--json', '--quiet'],
    options,
  )
  return JSON.parse(stdout)
}

const folder = await mkdtemp(join(tmpdir(), 'treadle-pretrained-'))
try {
  const run = join(folder, 'run')
  await treadle(...card.command.split(' ').slice(1), '--out', run)
  const weights = await readFile(join(run, 'model/weights.bin'))
  const sha256 = createHash('sha256').update(weights).digest('hex')
  if (!values.check) await update(run, { dtype: 'float32', bytes: weights.length, sha256 })
  else if (sha256 !== card.weights.sha256) {
    console.error(`${name}: the weights have the SHA-256 ${sha256}, and its card has ${card.weights.sha256}.`)
    process.exitCode = 1
  }
  if (process.exitCode !== 1) console.log(`${name}: ${sha256}`)
} finally {
  await rm(folder, { recursive: true, force: true })
}

/**
 * Writes the files of the model from its run.
 * @param {string} run
 * @param {object} weights
 */
async function update(run, weights) {
  const record = await readJson(join(run, 'run.json'))
  const { train, test, source } = record.dataset
  const sample = await treadle('evaluate', run, '--data', 'sample')
  const updated = {
    ...card,
    dataset: { ...card.dataset, train, test, sha256: source.sha256 },
    seed: record.recipe.training.seed,
    epochs: record.recipe.training.epochs,
    parameters: record.model.parameters.total,
    testAccuracy: record.test.accuracy,
    sampleTestAccuracy: sample.test.accuracy,
    weights,
    treadle: record.versions.treadle,
  }
  for (const file of ['model.json', 'weights.bin'])
    await copyFile(join(run, 'model', file), join(model, file))
  await writeFile(join(model, 'card.json'), `${JSON.stringify(updated, null, 2)}\n`)
}
