import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The entry points of all packages with their built declarations, without what zod exports. */
export const packageEntries = readdirSync(`${root}packages`).flatMap((folder) => {
  const path = `${root}packages/${folder}`
  const { name, exports } = JSON.parse(readFileSync(`${path}/package.json`, 'utf8')) as {
    name: string
    exports: Record<string, { types?: string } | string>
  }
  return Object.entries(exports).flatMap(([subpath, target]) =>
    typeof target === 'object' && target.types && subpath !== './zod'
      ? [{ folder, entry: name + subpath.slice(1), file: `${path}/${target.types}` }]
      : [],
  )
})

let program: ts.Program | undefined

/** What an entry point offers, with aliases resolved: its name outside, and its symbol. */
export function exportsOf(file: string): {
  checker: ts.TypeChecker
  symbols: { name: string; target: ts.Symbol }[]
} {
  // One for all entries: they share the declarations of each other, of tfjs and of the language.
  program ??= ts.createProgram(
    packageEntries.map((entry) => entry.file),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      strict: true,
      skipLibCheck: true,
      types: [],
    },
  )
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (!module) throw new Error(`${file} is not a module`)
  const symbols = checker.getExportsOfModule(module).map((symbol) => ({
    name: symbol.name,
    target: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
  }))
  return { checker, symbols }
}
