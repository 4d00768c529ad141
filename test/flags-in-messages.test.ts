import { readFile } from 'node:fs/promises'
import { glob } from 'tinyglobby'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url)

/** The flag of the command itself, and one of Node. */
const others = new Set(['--version', '--experimental-wasm-relaxed-simd'])

test('every flag that a message of data, experiment, trainer or command names is a flag of the command', async () => {
  const files = await glob(
    ['packages/{dataset,experiment,trainer}/src/**/*.ts', 'apps/cli/src/**/*.ts', '!**/*.test.ts'],
    { cwd: root.pathname },
  )
  const definitions = await glob('apps/cli/src/**/{definition,args,*-args}.ts', {
    cwd: root.pathname,
  })
  const known = new Set<string>()
  for (const file of definitions)
    for (const [, name] of (await readFile(new URL(file, root), 'utf8')).matchAll(
      /^\s*'?([a-z][a-z-]*)'?: (?:\{|\w+Arg\b)/gm,
    ))
      known.add(name as string)
  const flags = await readFile(new URL('packages/experiment/dist/flags.js', root), 'utf8')
  for (const [, name] of flags.matchAll(/"?name"?: ?"([a-z-]+)"/g)) known.add(name as string)
  expect(known.size).toBeGreaterThan(40)
  const unknown: string[] = []
  for (const file of files) {
    const text = await readFile(new URL(file, root), 'utf8')
    for (const [flag, name] of text.matchAll(/(?<![\w-])--([a-z][a-z-]+[a-z])(?![\w-])/g))
      if (!known.has(name as string) && !others.has(flag)) unknown.push(`${file}: ${flag}`)
  }
  expect([...new Set(unknown)]).toEqual([])
})
