import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { globSync } from 'tinyglobby'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url)
const cwd = fileURLToPath(root)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

interface Floor {
  level: number
  folder: string
  name: string
  tfjsAllowed: boolean
}

const floors: Floor[] = [
  ...read('ARCHITECTURE.md').matchAll(/^\| (\d) +\| `([^`]+)` +\|.*\| +([^|]+?) +\|$/gm),
].map((row) => ({
  level: Number(row[1]),
  folder: row[2] as string,
  name: (JSON.parse(read(`${row[2]}/package.json`)) as { name: string }).name,
  tfjsAllowed: row[3]?.trim() === 'tfjs',
}))
/** What a build takes in: docs/decisions/2026-11-23-the-backend-is-built-in.md, and packages/image/NOTICE.txt. */
const builtIn: Record<string, string[]> = {
  'packages/runtime': ['@tensorflow/tfjs-backend-wasm'],
  'packages/image': ['@jsquash/jpeg', '@jsquash/webp', 'jpeg-js'],
}

const levelOf = new Map(floors.map((floor) => [floor.name, floor.level]))

/** The packages that a source text imports, statically or not. */
function importedPackages(source: string): Set<string> {
  const specifiers = ts
    .preProcessFile(source)
    .importedFiles.map((file) => file.fileName)
    .filter((name) => !/^[.#]/.test(name))
  return new Set(specifiers.map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')))
}

test('the table names every package and app', () => {
  const folders = globSync(['packages/*/package.json', 'apps/*/package.json'], { cwd }).map((path) =>
    path.replace('/package.json', ''),
  )
  expect(floors.map((floor) => floor.folder).sort()).toEqual(folders.sort())
})

test.each(floors)(
  '$folder imports only from floors below $level, and only what it declares',
  ({ folder, name, level, tfjsAllowed }) => {
    const manifest = JSON.parse(read(`${folder}/package.json`)) as Record<
      string,
      Record<string, string> | undefined
    >
    const declared = new Set(
      ['dependencies', 'peerDependencies'].flatMap((field) => Object.keys(manifest[field] ?? {})),
    )
    const sources = globSync(`${folder}/src/**/*.ts`, { cwd, ignore: ['**/*.test.ts', '**/*.d.ts'] })
    expect(sources.length).toBeGreaterThan(0)
    for (const path of sources) {
      for (const imported of importedPackages(read(path))) {
        if (imported.startsWith('node:')) continue
        const where = `${path} imports ${imported}`
        expect([...declared, ...(builtIn[folder] ?? [])], where).toContain(imported)
        if (imported.startsWith('@tensorflow/')) expect(tfjsAllowed, where).toBe(true)
        const otherLevel = levelOf.get(imported)
        if (otherLevel !== undefined)
          expect(otherLevel, `${where}, from floor ${level} (${name})`).toBeLessThan(level)
      }
    }
  },
)
