import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

const file = new URL('RESULTS.md', import.meta.url)

/** One line: processor, cores, memory, system, Node. */
export function describeMachine() {
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  return `${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${memory} GiB, ${type()} ${release()}, Node ${process.version}`
}

/** Adds a section to RESULTS.md: date, machine, command, tables, and the missing contenders. */
export function writeResults(tables, missing, parameters, command = 'pnpm bench') {
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  const absent = [...missing].map(([name, why]) => `- ${name}: ${why}`)
  const section = [
    `## ${date} UTC`,
    '',
    `${describeMachine()}. Command: \`${[command, ...parameters.filter((part) => part !== '--write')].join(' ')}\`.`,
    '',
    tables.join('\n\n'),
    ...(absent.length > 0 ? ['', 'Missing:', '', ...absent] : []),
    '',
  ].join('\n')
  const before = existsSync(file)
    ? readFileSync(file, 'utf8')
    : '# Results\n\nWritten by `pnpm bench --write`; see README.md.\n'
  writeFileSync(file, `${before.trimEnd()}\n\n${section}`)
}
