import type { Queue } from 'bullmq'

/** A worker that is connected. */
interface PresentWorker {
  readonly id: string
  /** Jobs that it carries out at once. */
  readonly slots: number
}

const NAME = /:w:(\d{1,3})\.([0-9a-f-]{36})$/

/** The name under which Redis lists the connection of a worker. */
export const workerName = ({ id, slots }: PresentWorker): string => `${slots}.${id}`

/** The workers that are connected to the queue now. */
export async function presentWorkers(queue: Queue): Promise<PresentWorker[]> {
  const found = new Map<string, PresentWorker>()
  for (const client of await queue.getWorkers()) {
    const [, slots, id] = NAME.exec(client['rawname'] ?? '') ?? []
    if (id !== undefined) found.set(id, { id, slots: Number(slots) })
  }
  return [...found.values()]
}
