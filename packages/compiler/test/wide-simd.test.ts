import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { startRuntime } from '@treadle/runtime'

const script = fileURLToPath(new URL('fixtures/wide-simd.js', import.meta.url))

async function trainedHash(...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script], { encoding: 'utf8' })
  return stdout.trim()
}

// Node.js 20 and 22 cannot have it; `.ci/run` repeats this test on later releases.
const supported = Number.parseInt(process.versions.node, 10) >= 24 && process.arch === 'x64'

test(
  supported
    ? 'wide SIMD passes its known answers and trains to the same bits'
    : 'wide SIMD needs a later Node.js',
  async () => {
    if (supported) {
      const [, plain] = (await trainedHash()).split('plain ')
      expect(plain).toMatch(/^[0-9a-f]{64}$/)
      expect(await trainedHash('--experimental-wasm-revectorize')).toBe(`wide ${plain}`)
    } else {
      await expect(startRuntime({ wideSimd: true })).rejects.toMatchObject({ code: 'RUNTIME_NO_WIDE_SIMD' })
    }
  },
)
