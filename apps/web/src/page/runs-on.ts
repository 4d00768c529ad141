import type { Inspection } from '@treadle/runtime'
import type { RunsOn } from '../engine/protocol.ts'
import { type Isolation, isolationAdvice } from '../isolation.ts'
import { byId, element } from './dom.ts'
import { plural } from './format.ts'

/** What the network runs on: a line in the page's header, and a dialog with the details. */
export class RunsOnDisplay {
  #inspection: Inspection | undefined
  #isolation: Isolation = 'isolated'
  #running: RunsOn | undefined
  #executor: string | undefined

  constructor() {
    byId('runs-on').addEventListener('click', () => byId<HTMLDialogElement>('runs-on-dialog').showModal())
  }

  setBrowser(inspection: Inspection, isolation: Isolation): void {
    this.#inspection = inspection
    this.#isolation = isolation
    this.#show()
  }

  setRunning(running: RunsOn): void {
    this.#running = running
    this.#show()
  }

  setExecutor(executor: string): void {
    if (executor === this.#executor) return
    this.#executor = executor
    this.#show()
  }

  #show(): void {
    const inspection = this.#inspection
    if (!inspection) return
    const { simd, crossOriginIsolated: isolated = false } = inspection
    const threads = this.#running?.threads ?? inspection.threads
    const parts = [
      simd ? 'SIMD' : 'no SIMD',
      plural(threads, 'thread'),
      ...(this.#executor ? [this.#executor] : []),
      isolated ? 'isolated' : 'not isolated',
    ]
    byId('runs-on-text').textContent = parts.join(' · ')
    const limited = !simd || !isolated
    byId('runs-on').toggleAttribute('data-limited', limited)
    const facts: [string, string][] = [
      ['Backend', this.#running?.backend ?? 'treadle-wasm, starts with the first run'],
      ['SIMD', simd ? 'on' : 'missing'],
      ['Threads', `${threads} of ${plural(inspection.logicalCores, 'core')}`],
      ['Executor', this.#executor ?? 'chosen when a run starts'],
      ['Cross-origin isolated', isolated ? 'yes: threads can share memory' : 'no: one thread only'],
      ['TensorFlow.js', inspection.tfjs],
      ['Browser', inspection.platform],
    ]
    byId('runs-on-facts').replaceChildren(
      ...facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
    )
    const advice =
      !isolated && this.#isolation !== 'isolated' && this.#isolation !== 'reloading'
        ? [isolationAdvice[this.#isolation]]
        : []
    const notes = (this.#running?.notes ?? inspection.notes)
      .filter(({ code }) => code !== 'NOT_ISOLATED')
      .map(({ message }) => message)
    byId('runs-on-notes').replaceChildren(...[...advice, ...notes].map((text) => element('p', {}, text)))
  }
}
