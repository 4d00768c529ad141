import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/**
 * Results that a file keeps, one line of JSON each, so that a command that was stopped can continue.
 * @param {string | undefined} file none keeps them in memory
 */
export function openJournal(file) {
  const lines = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  // The last line is incomplete if the command was killed while it wrote.
  const found = new Map(lines.slice(0, -1).map((line) => Object.values(JSON.parse(line))))
  return {
    get: (key) => found.get(key),
    add(key, result) {
      found.set(key, result)
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ key, result })}\n`)
    },
  }
}
