import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('child.js', import.meta.url))
/** Seconds of processor time for one input. */
const CPU_SECONDS = 2
/** Seconds by the clock, for an input that waits. Other work may slow the machine down. */
const WALL_SECONDS = 30
/** Bytes that a process may grow by while it works on one input; the child itself reports 200 MB. */
const RUNAWAY = 600 * 2 ** 20
const TICKS = 100

/** Runs plans in a child process, which is replaced when an input ends or blocks it. */
export class Supervisor {
  #name
  #root
  #process
  /** How many valid inputs the target starts from; known once a child has started. */
  bases = 1
  #seconds = CPU_SECONDS

  constructor(name, root) {
    this.#name = name
    this.#root = root
  }

  /**
   * @param {object} work `{ plans }` or `{ seed, from, count }`
   * @param {(answer: { plan?: object, result: object }) => void} onResult called once for each input
   */
  async run(work, onResult) {
    this.#process ??= await this.#start()
    let since = Date.now()
    let cpu = cpuSeconds(this.#process.pid)
    const memory = residentBytes(this.#process.pid)
    return new Promise((resolve) => {
      const current = this.#process
      let errors = ''
      const onErrors = (text) => (errors = (errors + text).slice(-2000))
      current.stderr.on('data', onErrors)
      const finish = (result) => {
        clearInterval(timer)
        current.removeAllListeners('message')
        current.removeAllListeners('exit')
        current.stderr.off('data', onErrors)
        if (result) {
          this.#process = undefined
          current.kill('SIGKILL')
          onResult({ result })
        }
        resolve(result === undefined)
      }
      current.on('message', (message) => {
        if (message.done) return finish()
        onResult(message)
        since = Date.now()
        cpu = cpuSeconds(current.pid)
      })
      current.on('exit', (code, signal) =>
        finish({ status: 'finding', detail: `the process ends with ${signal ?? code}: ${errors}` }),
      )
      const timer = setInterval(() => {
        const used = cpuSeconds(current.pid) - cpu
        if (used > this.#seconds)
          finish({ status: 'finding', detail: `takes more than ${this.#seconds} s of processor time` })
        else if (Date.now() - since > 1000 * WALL_SECONDS)
          finish({ status: 'finding', detail: `takes more than ${WALL_SECONDS} s` })
        else if (residentBytes(current.pid) - memory > RUNAWAY)
          finish({ status: 'finding', detail: `takes more than ${RUNAWAY / 2 ** 20} MB` })
      }, 100)
      current.send(work)
    })
  }

  /** Ends the child, so that the next work starts with a fresh one. */
  stop() {
    this.#process?.kill('SIGKILL')
    this.#process = undefined
  }

  #start() {
    return new Promise((resolve, reject) => {
      const started = fork(child, [this.#name, this.#root], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      let errors = ''
      started.stderr.on('data', (text) => (errors = (errors + text).slice(-4000)))
      started.once('message', ({ bases, seconds = CPU_SECONDS }) => {
        this.bases = bases
        this.#seconds = seconds
        started.removeAllListeners('exit')
        resolve(started)
      })
      started.once('exit', (code) =>
        reject(new Error(`target ${this.#name} does not start (${code}): ${errors}`)),
      )
    })
  }
}

/** From /proc where there is one; elsewhere the clock is the limit. */
function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return (Number(fields[11]) + Number(fields[12])) / TICKS
  } catch {
    return 0
  }
}

function residentBytes(pid) {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
  } catch {
    return 0
  }
}
