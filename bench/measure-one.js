import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { commandOf } from './contenders.js'

/**
 * Runs a job in a process of the contender's own.
 * @param {{ python: string, wideNode: string, limit: number }} options `limit` in seconds
 * @returns the process's output, and `wall`: the seconds from its start to that output; or why it is `missing`
 */
export async function measureOne(contender, job, options) {
  const { python, limit } = options
  if (contender.file.endsWith('.py') && !existsSync(python))
    return { missing: 'no Python; run bench/python/make-venv.sh' }
  const [program, parameters] = commandOf(contender, job, options)
  const start = performance.now()
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  let wall = 0
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
    wall = (performance.now() - start) / 1000
  })
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text))
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, 1000 * limit)
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
  clearTimeout(timer)
  if (late) return { missing: `took longer than ${limit} s`, late }
  const line = output.trim().split('\n').at(-1)
  if (code !== 0 || !line.startsWith('{')) return { missing: `failed with code ${code}: ${reason(errors)}` }
  return { ...JSON.parse(line), wall }
}

/** The line of an error's message, without the lines of its stack. */
function reason(errors) {
  const lines = errors.trim().split('\n')
  return (lines.find((line) => /^\S*Error\b/.test(line)) ?? lines.at(-1)).trim()
}
