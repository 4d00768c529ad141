import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { knownValues } from '../fuzz/targets/support/known-values.js'
import { argumentCalls, type ArgumentCall } from './support/argument-calls.ts'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const treadle = (name: string): Promise<any> =>
  import(/* @vite-ignore */ pathToFileURL(`${packages}${name}/dist/index.js`).href)

const calls = argumentCalls(await knownValues({ treadle }))
const { isTreadleError } = await treadle('core')
afterAll(async () => {
  const { activeRuntime } = await treadle('runtime')
  await activeRuntime()?.dispose()
})

const bad: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  five: 5,
  negative: -1,
  NaN: Number.NaN,
  text: 'x',
  true: true,
  bigint: 1n,
  function: () => {},
  object: {},
  empty: [],
  objects: [{}],
  nulls: [null, null],
  Map: new Map(),
  Date: new Date(0),
  promise: Promise.resolve({}),
  bytes: new Uint8Array(3),
}

/** Whether a bad value is of the type that is needed; then only its value may be wrong. */
function isAlike(value: unknown, good: unknown): boolean {
  return isList(good) ? isList(value) : typeof good !== 'object' && typeof value === typeof good
}

const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value)

test.each(Object.entries(calls))('%s takes its arguments, and no others', async (_, one) => {
  await one.call(...one.values)
  expect(await wrongAnswers(one)).toEqual([])
})

/** The calls with one bad argument that end otherwise than with an error of Treadle. */
async function wrongAnswers({ call, values, takes }: ArgumentCall): Promise<string[]> {
  const wrong: string[] = []
  for (const position of values.keys()) {
    for (const [name, value] of Object.entries(bad)) {
      const what = `argument ${position}: ${name}`
      try {
        await call(...values.with(position, value))
        if (!takes.includes(name) && !isAlike(value, values[position])) wrong.push(`${what} is taken`)
      } catch (error) {
        if (!isTreadleError(error)) wrong.push(`${what}: ${String(error)}`)
      }
    }
  }
  return wrong
}
