import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What each entry point of a package offers, from its built declarations: `name: kind`, sorted. */
function publicExports(entry: string): string[] {
  const program = ts.createProgram([entry], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`${entry} is not a module`)
  return checker
    .getExportsOfModule(module)
    .map((symbol) => {
      const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
      const kinds = [
        target.flags & ts.SymbolFlags.Class && 'class',
        target.flags & ts.SymbolFlags.Function && 'function',
        target.flags & ts.SymbolFlags.Variable && 'const',
        target.flags & ts.SymbolFlags.Interface && 'interface',
        target.flags & ts.SymbolFlags.TypeAlias && 'type',
      ].filter(Boolean)
      return `${symbol.name}: ${kinds.join(' + ')}`
    })
    .sort()
}

const entries = readdirSync(`${root}packages`).flatMap((folder) => {
  const path = `${root}packages/${folder}`
  const { name, exports } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8')) as {
    name: string
    exports: Record<string, { types?: string } | string>
  }
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'object' && target.types
      ? [{ entry: name + subpath.slice(1), file: `${path}/${target.types}` }]
      : [],
  )
})

// What zod exports is not for this snapshot.
test.each(entries.filter(({ entry }) => entry !== '@treadle/core/zod'))('$entry exports', ({ file }) => {
  expect(existsSync(file), `${file} is missing: run \`pnpm build\` first`).toBe(true)
  expect(publicExports(file)).toMatchSnapshot()
})
