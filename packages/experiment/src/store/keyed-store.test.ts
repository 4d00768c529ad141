import { describe, expect, test } from 'vitest'
import { exampleRecord } from '../../test/example-record.ts'
import { memoryStore } from './memory.ts'
import type { DirectoryHandle } from './model-folder.ts'
import { Run } from './run.ts'

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes)

describe('a keyed store', () => {
  test('reads what it writes and appends', async () => {
    const store = memoryStore()
    await store.write('history.jsonl', 'a\n')
    await store.append('history.jsonl', 'b\n')
    await store.append('new', 'c')
    expect(text(await store.read('history.jsonl'))).toBe('a\nb\n')
    expect(text(await store.read('new'))).toBe('c')
    expect(await store.read('other')).toBeUndefined()
  })

  test('is taken by one holder at a time', async () => {
    const store = memoryStore()
    const lock = await store.lock()
    await expect(store.lock()).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_BUSY' })
    await lock.release()
    await (await store.lock({ fresh: true })).release()
    await store.write('run.json', 'first')
    await expect(store.lock({ fresh: true })).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_EXISTS' })
    await (await store.lock()).release()
  })

  test('is taken by one run, until another replaces it', async () => {
    const store = memoryStore()
    const first = await Run.create(store, exampleRecord())
    await first.write('model/weights.bin', Uint8Array.of(1))
    await first.release()
    await expect(Run.create(store, exampleRecord())).rejects.toMatchObject({ code: 'EXPERIMENT_RUN_EXISTS' })
    const second = await Run.create(store, exampleRecord({ seconds: 7 }), { force: true })
    expect(await store.list()).toEqual(['run.json'])
    expect(second.record.seconds).toBe(7)
  })

  test('holds a model as a folder', async () => {
    const run = await Run.create(memoryStore(), exampleRecord())
    const { store } = run
    const folder = run.modelTarget as DirectoryHandle
    const file = await folder.getFileHandle('model.json', { create: true })
    const stream = await file.createWritable()
    await stream.write(new TextEncoder().encode('{}'))
    await stream.close()
    expect(text(await store.read('model/model.json'))).toBe('{}')
    const names: string[] = []
    for await (const name of folder.keys()) names.push(name)
    expect(names).toEqual(['model.json'])
    expect(await (await (await folder.getFileHandle('model.json')).getFile()).text()).toBe('{}')
    await expect(folder.getFileHandle('weights.bin')).rejects.toMatchObject({ name: 'NotFoundError' })
    await folder.removeEntry('model.json')
    expect(await store.read('model/model.json')).toBeUndefined()
  })
})
