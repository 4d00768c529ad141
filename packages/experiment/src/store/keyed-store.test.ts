import { describe, expect, test } from 'vitest'
import { memoryStore } from './memory.ts'

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

  test('is taken by one run, until another replaces it', async () => {
    const store = memoryStore()
    await store.claim('run.json', 'first', false)
    await store.write('model/weights.bin', Uint8Array.of(1))
    await expect(store.claim('run.json', 'second', false)).rejects.toMatchObject({
      code: 'EXPERIMENT_RUN_EXISTS',
    })
    await store.claim('run.json', 'second', true)
    expect(await store.list()).toEqual(['run.json'])
    expect(text(await store.read('run.json'))).toBe('second')
  })

  test('holds a model as a folder', async () => {
    const store = memoryStore()
    const folder = store.modelFolder
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
