import { readFileSync } from 'node:fs'

/** The version of each framework and bundler that the apps of test/frameworks are built with. */
export const versions = JSON.parse(
  readFileSync(new URL('../frameworks/versions.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>

/** The packages to install with npm. Each version of one package has its own name: `vite-7` is Vite 7. */
export function packageOf(name: string): string {
  const version = versions[name]
  if (version === undefined) throw new Error(`${name} is not in versions.json`)
  return /^vite-\d/.test(name) ? `${name}@npm:vite@${version}` : `${name}@${version}`
}
