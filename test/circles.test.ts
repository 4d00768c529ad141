import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folders = globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd: root })
  .map(dirname)
  .sort()

/** The source files of a package, each with the files of the same package that it imports, types included. */
function importsOf(folder: string): Map<string, string[]> {
  const files = globSync(`${folder}/src/**/*.ts`, { cwd: root }).filter((path) => !path.endsWith('.test.ts'))
  const known = new Set(files)
  return new Map(
    files.map((file) => [
      file,
      ts
        .preProcessFile(readFileSync(join(root, file), 'utf8'))
        .importedFiles.map(({ fileName }) => fileName)
        .filter((name) => name.startsWith('.'))
        .map((name) => join(dirname(file), name))
        .filter((path) => known.has(path)),
    ]),
  )
}

/** A path of imports that ends in the file it begins with, or undefined if there is none. */
function findCircle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>()
  const path: string[] = []
  function visit(file: string): string[] | undefined {
    if (finished.has(file)) return undefined
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    path.push(file)
    for (const imported of imports.get(file) ?? []) {
      const circle = visit(imported)
      if (circle) return circle
    }
    path.pop()
    finished.add(file)
    return undefined
  }
  for (const file of imports.keys()) {
    const circle = visit(file)
    if (circle) return circle
  }
  return undefined
}

test.each(folders)('no file of %s imports itself through others', (folder) => {
  const imports = importsOf(folder)
  expect(imports.size).toBeGreaterThan(0)
  expect(findCircle(imports)?.join('\n  imports ')).toBeUndefined()
})

test('a circle is found, and its path is given', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', []],
    ['d', ['b']],
  ])
  expect(findCircle(imports)).toEqual(['b', 'd', 'b'])
})
