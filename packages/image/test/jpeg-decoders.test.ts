import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { Worker, setEnvironmentData } from 'node:worker_threads'
import { fc } from '@fast-check/vitest'
import encoder from '@jsquash/jpeg/codec/enc/mozjpeg_enc.js'
import { defaultOptions } from '@jsquash/jpeg/meta.js'
import { afterEach, expect, test, vi } from 'vitest'
import { refuseShuffles } from '../../kernels/scripts/shuffles.js'
import { jsquashEncoder } from '../../../test/support/jsquash-encoder.ts'
import cases from './fixtures/pictures.json' with { type: 'json' }

const binary = (name: string) => readFile(new URL(`../codecs/${name}.wasm`, import.meta.url))

/** `decodeImage` of fresh modules, which have no decoder yet. */
async function fresh(): Promise<typeof import('../src/decode-image.ts').decodeImage> {
  vi.resetModules()
  return (await import('../src/decode-image.ts')).decodeImage
}

const execArgv = process.execArgv
afterEach(() => {
  process.execArgv = execArgv
})

const files = fc.record({
  width: fc.integer({ min: 1, max: 75 }),
  height: fc.integer({ min: 1, max: 40 }),
  seed: fc.nat(),
  sampling: fc.integer({ min: 1, max: 2 }),
  quality: fc.integer({ min: 60, max: 100 }),
  progressive: fc.boolean(),
})

test('the decoders with and without SIMD give the same pixels', async () => {
  const encode = await jsquashEncoder(encoder, '@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm', import.meta.url)
  const vector = await fresh()
  const scalar = await fresh()
  const plain = { binaries: { jpeg: await binary('jpeg_decoder_scalar') } }
  await fc.assert(
    fc.asyncProperty(files, async ({ width, height, seed, sampling, quality, progressive }) => {
      const data = Uint8Array.from(
        { length: width * height * 3 },
        (_, i) => ((i * i * seed + i * 7) >> 3) / 3,
      )
      const file = encode(
        { width, height, data },
        { ...defaultOptions, quality, progressive, auto_subsample: false, chroma_subsample: sampling },
      )
      const picture = await vector(file)
      expect(picture).toMatchObject({ width, height, channels: 3 })
      expect(await scalar(file, plain)).toEqual(picture)
    }),
    { numRuns: 150 },
  )
})

test('a process that pairs SIMD takes the decoder without SIMD, and no other', async () => {
  const file = Buffer.from(cases.find(({ name }) => name.startsWith('JPEG'))?.file ?? '', 'base64')
  const usual = await (await fresh())(file)
  process.execArgv = ['--experimental-wasm-revectorize']
  const decodeImage = await fresh()
  await expect(decodeImage(file, { binaries: { jpeg: await binary('jpeg_decoder') } })).rejects.toMatchObject(
    {
      code: 'IMAGE_DECODER_UNREADABLE',
      message: expect.stringContaining('--experimental-wasm-revectorize') as string,
    },
  )
  expect(await decodeImage(file)).toEqual(usual)
  expect(await scalarInWorker()).toBe(true)
  process.execArgv = execArgv
  setEnvironmentData('treadle:pairs-simd', undefined)
  await fresh()
  expect(await scalarInWorker()).toBe(false)
})

test('what runs in a process that pairs SIMD holds no shuffle', async () => {
  const { binary: sums } = await import('../src/resize/sums.ts')
  const webp = await readFile(new URL('../dist/webp_dec.wasm', import.meta.url))
  refuseShuffles('webp_dec.wasm', webp)
  refuseShuffles('sums', Buffer.from(sums, 'base64'))
  refuseShuffles('jpeg_decoder_scalar.wasm', await binary('jpeg_decoder_scalar'))
  const vector = await binary('jpeg_decoder')
  expect(() => refuseShuffles('jpeg_decoder.wasm', vector)).toThrow('i8x16.shuffle')
})

/** Whether a worker that has no arguments of the process takes the decoder without SIMD. */
async function scalarInWorker(): Promise<unknown> {
  const platform = new URL('../dist/platform.node.js', import.meta.url)
  const script = `import('${platform.href}').then(({ scalarJpegDecoder }) =>
    require('node:worker_threads').parentPort.postMessage(scalarJpegDecoder !== undefined))`
  const worker = new Worker(script, { eval: true, execArgv: [] })
  const [answer] = (await once(worker, 'message')) as unknown[]
  await worker.terminate()
  return answer
}
