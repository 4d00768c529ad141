import { jsonText, mutateJson } from '../mutate-json.js'
import { mutateBytes } from '../mutate-bytes.js'
import { Random } from '../random.js'

const files = ['run.json', 'run.json', 'history.jsonl', 'predictions.csv', 'checkpoints/last.ckpt']

/** A run directory with a changed file. A run that opens is reported, and resumed in part. */
export default {
  name: 'runs',

  async prepare(packages) {
    const experiment = await packages.treadle('experiment')
    const recipe = {
      data: 'sample',
      training: { epochs: 2, threads: 1 },
      model: { name: 'wide-and-deep', units: [4, 4] },
    }
    const { store } = (await experiment.runRecipe(recipe)).run
    const contents = new Map()
    for (const name of new Set([...files, 'model/model.json', 'model/weights.bin']))
      contents.set(name, await store.read(name))
    return { bases: files.length, contents, experiment }
  },

  make({ base, changes }, { contents }) {
    const name = files[base]
    const changed = new Map(contents)
    for (const seed of changes) {
      const random = new Random(seed)
      const text = new TextDecoder().decode(changed.get(name) ?? new Uint8Array(0))
      if (name === 'checkpoints/last.ckpt' || random.once(10))
        changed.set(name, mutateBytes(changed.get(name) ?? new Uint8Array(0), random))
      else changed.set(name, new TextEncoder().encode(changedText(name, text, random)))
    }
    return changed
  },

  async run(contents, { experiment }) {
    const store = experiment.memoryStore()
    for (const [name, bytes] of contents) if (bytes) await store.write(name, bytes)
    const run = await experiment.Run.open(store)
    await run.readHistory()
    await run.readPredictions()
    await experiment.readRunReport(run)
  },

  isOutermost: ({ message }) => /not complete JSON|is not a run directory/.test(message),
}

function changedText(name, text, random) {
  if (name === 'run.json') {
    const json = parsed(text)
    if (json === undefined) return text
    mutateJson(json, random)
    return jsonText(json)
  }
  const lines = text.split('\n')
  const at = random.below(lines.length)
  const line = parsed(lines[at])
  if (line !== undefined && typeof line === 'object' && line !== null) {
    mutateJson(line, random)
    lines[at] = jsonText(line)
  } else {
    const cells = (lines[at] ?? '').split(',')
    cells[random.below(cells.length)] = random.pick([
      '',
      'x',
      'NaN',
      '-1',
      '1e999',
      '"',
      '=1+1',
      '\u001B[31m',
    ])
    lines[at] = cells.join(',')
  }
  if (random.once(4)) lines.splice(at, 1)
  if (random.once(8)) lines.push(...lines.slice(at))
  return lines.join('\n')
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
