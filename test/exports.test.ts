import { existsSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { exportsOf, packageEntries } from './support/package-entries.ts'

/** What each entry point of a package offers, from its built declarations: `name: kind`, sorted. */
function publicExports(entry: string): string[] {
  return exportsOf(entry)
    .symbols.map(({ name, target }) => {
      const kinds = [
        target.flags & ts.SymbolFlags.Class && 'class',
        target.flags & ts.SymbolFlags.Function && 'function',
        target.flags & ts.SymbolFlags.Variable && 'const',
        target.flags & ts.SymbolFlags.Interface && 'interface',
        target.flags & ts.SymbolFlags.TypeAlias && 'type',
      ].filter(Boolean)
      return `${name}: ${kinds.join(' + ')}`
    })
    .sort()
}

test.each(packageEntries)('$entry exports', ({ file }) => {
  expect(existsSync(file), `${file} is missing: run \`pnpm build\` first`).toBe(true)
  expect(publicExports(file)).toMatchSnapshot()
})
