import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'

/** Every import and re-export that is more than a type, static or not. */
const imports =
  /(?:^|\n)\s*(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/g
const globals = /\b(?:process|Buffer)\.|\brequire\(/

/**
 * The test files of a package that need nothing of Node.js: neither they nor what they import by relative paths name
 * one of its modules or globals. (`#platform` is no such path: it leads elsewhere in a browser.)
 * @returns paths relative to `folder`
 */
export function portableTests(folder: string): string[] {
  const known = new Map<string, boolean>()
  const needsNode = (file: string): boolean => {
    const found = known.get(file)
    if (found !== undefined) return found
    known.set(file, false)
    const source = /\.[jt]s$/.test(file) && existsSync(file) ? readFileSync(file, 'utf8') : ''
    const specifiers = [...source.matchAll(imports)].map(([, fixed, late]) => (fixed ?? late) as string)
    const answer =
      globals.test(source) ||
      specifiers.some((name) =>
        name.startsWith('.') ? needsNode(join(dirname(file), name)) : name.startsWith('node:'),
      )
    known.set(file, answer)
    return answer
  }
  return globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: folder }).filter(
    (file) => !needsNode(join(folder, file)),
  )
}
