import type { EngineApi, Result } from '../engine/protocol.ts'
import { byId, download } from './dom.ts'

type Keeper = Pick<EngineApi, 'modelFiles' | 'reportHtml'>

/** Connects the buttons of the section. */
export function keeping(engine: Keeper, fail: (error: unknown) => void): void {
  const save = (id: string, work: () => Promise<void>) => {
    byId(id).addEventListener('click', () => void work().catch(fail))
  }
  save('save-json', async () => {
    const { json } = await engine.modelFiles()
    download('model.json', 'application/json', json as BlobPart)
  })
  save('save-weights', async () => {
    const { weights } = await engine.modelFiles()
    download('weights.bin', 'application/octet-stream', weights as BlobPart)
  })
  save('save-report', async () => download('report.html', 'text/html', await engine.reportHtml()))
  for (const [id, from] of [
    ['copy-command', 'command'],
    ['copy-fingerprint', 'fingerprint'],
  ] as const) {
    const button = byId<HTMLButtonElement>(id)
    const before = button.textContent
    save(id, async () => {
      await navigator.clipboard.writeText(byId(from).textContent ?? '')
      button.textContent = 'Copied'
      setTimeout(() => (button.textContent = before), 1500)
    })
  }
}

/** Shows the command and the fingerprint of a result, and enables what can be saved. */
export function showKept(result: Result | undefined): void {
  byId('fingerprint').textContent = result?.weightsSha256 ?? '–'
  byId('command').textContent = result?.command ?? result?.noCommand ?? '–'
  for (const id of ['save-json', 'save-weights', 'copy-fingerprint', 'forget'])
    enable(id, result !== undefined)
  enable('save-report', result?.hasReport === true)
  enable('copy-command', result?.command !== undefined)
}

function enable(id: string, enabled: boolean): void {
  byId<HTMLButtonElement>(id).disabled = !enabled
}
