import type { FileHandle } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { syncFile } from './sync-file.ts'

const failing = (code: string) =>
  ({ sync: () => Promise.reject(Object.assign(new Error(code), { code })) }) as unknown as FileHandle

test('only the permission model may refuse it', async () => {
  await expect(syncFile(failing('ERR_ACCESS_DENIED'))).resolves.toBeUndefined()
  await expect(syncFile(failing('EIO'))).rejects.toMatchObject({ code: 'EIO' })
})
