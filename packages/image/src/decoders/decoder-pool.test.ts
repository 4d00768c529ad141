import type { Preprocessing } from '@treadle/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { platform } from '#decoders-platform'
import files from '../../test/fixtures/pictures.json' with { type: 'json' }
import { failure } from '../../test/failure.ts'
import { prepareFile, preparePicture } from '../prepare-file.ts'
import { DecoderPool, workerCount } from './decoder-pool.ts'

const bytesOfCase = (file: string) => Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0))
/** Files of every format. */
const pictures = files.filter((_, index) => index % 7 === 0).map(({ file }) => bytesOfCase(file))

const contract: Preprocessing = {
  height: 9,
  width: 7,
  channels: 1,
  scale: 1 / 255,
  offset: 0,
  invert: false,
  trim: false,
  fit: 'crop',
  filter: 'bilinear',
  margin: 0,
  background: '#000000',
  trainedOn: 'files',
}
const undecided = { size: false, channels: true, background: false }

afterEach(() => {
  vi.restoreAllMocks()
})

describe('the workers give what the calling thread gives', () => {
  test.each([1, 2, 3])('%i workers', async (workers) => {
    await using pool = new DecoderPool(workers)
    const [here, there] = await Promise.all([
      Promise.all(pictures.map((bytes) => prepareFile(bytes, { contract, undecided }))),
      Promise.all(pictures.map((bytes) => pool.prepare(bytes, { contract, undecided }))),
    ])
    expect(pool.workers).toBe(workers)
    expect(there).toEqual(here)
    expect(new Set(here.map(({ channels }) => channels))).toEqual(new Set([1, 3]))
  })

  test('network inputs in bytes and in floats', async () => {
    await using pool = new DecoderPool(1)
    const [bytes] = pictures as [Uint8Array]
    for (const trainedOn of ['files', 'arrays'] as const) {
      const options = { contract: { ...contract, trainedOn }, values: 'input' } as const
      const { data } = await pool.prepare(bytes, options)
      expect(data).toBeInstanceOf(trainedOn === 'files' ? Uint8Array : Float32Array)
      expect(data).toEqual((await prepareFile(bytes, options)).data)
    }
    expect(pool.workers).toBe(1)
  })

  test('a picture that is decoded already', async () => {
    await using pool = new DecoderPool(1)
    const data = Float32Array.from({ length: 5 * 6 * 4 }, (_, i) => (i * 37.5) % 256)
    const picture = { width: 5, height: 6, channels: 4, data } as const
    for (const trainedOn of ['files', 'arrays'] as const) {
      const options = { contract: { ...contract, trainedOn }, values: 'input' } as const
      expect(await pool.preparePicture(picture, options)).toEqual(preparePicture(picture, options))
    }
    expect(pool.workers).toBe(1)
  })

  test('a picture that is so large that it is copied in parts', async () => {
    const data = Uint8Array.from({ length: 1500 * 1401 }, (_, i) => (i * i) >> 5)
    const picture = { width: 1500, height: 1401, channels: 1, data } as const
    const options = { contract, values: 'input' } as const
    await using pool = new DecoderPool(1)
    expect(await pool.preparePicture(picture, options)).toEqual(preparePicture(picture, options))
    expect(data).toHaveLength(1500 * 1401)
    const last = expect(pool.preparePicture(picture, options)).rejects.toThrow('while it is copied')
    await pool.dispose(new Error('while it is copied'))
    await last
    expect(pool.workers).toBe(0)
  })

  test('an error has the code and the name of the file', async () => {
    await using pool = new DecoderPool(1)
    const damaged = (pictures[0] as Uint8Array).slice(0, 30)
    const [here, there] = await Promise.all([
      failure(() => prepareFile(damaged, { contract, name: 'cut.png' })),
      failure(() => pool.prepare(damaged, { contract, name: 'cut.png' })),
    ])
    expect(there).toMatchObject({ code: here.code, message: here.message })
    expect(there.message).toContain('cut.png')
    expect(pool.workers).toBe(1)
  })
})

const expectedOf = () => Promise.all(pictures.map((bytes) => prepareFile(bytes, { contract })))
const gotOf = (pool: DecoderPool) => Promise.all(pictures.map((bytes) => pool.prepare(bytes, { contract })))

describe('where workers cannot work, the calling thread does', () => {
  test('they are not allowed', async () => {
    vi.spyOn(platform, 'openWorker').mockImplementation(() => {
      throw new Error('not allowed')
    })
    await using pool = new DecoderPool(2)
    expect(await gotOf(pool)).toEqual(await expectedOf())
    expect(pool.workers).toBe(0)
  })

  test('their file does not load', async () => {
    const opened = vi.spyOn(platform, 'openWorker').mockImplementation((_, onEnd) => {
      queueMicrotask(onEnd)
      return { send: () => {}, terminate: async () => {} }
    })
    await using pool = new DecoderPool(2)
    expect(await gotOf(pool)).toEqual(await expectedOf())
    expect(opened).toHaveBeenCalledTimes(2)
    await gotOf(pool)
    expect(opened).toHaveBeenCalledTimes(2)
  })

  test('they cannot load a decoder', async () => {
    vi.spyOn(platform, 'openWorker').mockImplementation((onAnswer) => ({
      send: () => queueMicrotask(() => onAnswer({ code: 'IMAGE_DECODER_UNREADABLE', message: 'blocked' })),
      terminate: async () => {},
    }))
    await using pool = new DecoderPool(2)
    expect(await gotOf(pool)).toEqual(await expectedOf())
  })
})

test('dispose ends the workers and rejects what is not prepared', async () => {
  const pool = new DecoderPool(2)
  const pending = Promise.allSettled(pictures.map((bytes) => pool.prepare(bytes, { contract })))
  const reason = new Error('stopped')
  await pool.dispose(reason)
  expect(pool.workers).toBe(0)
  expect((await pending).every((one) => one.status === 'rejected' && one.reason === reason)).toBe(true)
  await expect(pool.prepare(pictures[0] as Uint8Array, { contract })).rejects.toBe(reason)
})

/** A BMP's header: the file has no pixels, and is not decoded here. */
const declaring = (width: number, height: number) => {
  const header = new Uint8Array(26)
  header.set([0x42, 0x4d])
  const view = new DataView(header.buffer)
  view.setUint32(14, 40, true)
  view.setInt32(18, width, true)
  view.setInt32(22, height, true)
  return header
}

describe('the pixels that are decoded at once are bounded', () => {
  const prepared = {
    width: 1,
    height: 1,
    coloured: false,
    channels: 1 as const,
    data: new Uint8Array(1),
    border: 0,
  }

  test('large pictures wait for each other, in their order', async () => {
    const answers: (() => void)[] = []
    vi.spyOn(platform, 'openWorker').mockImplementation((onAnswer) => ({
      send: () => void answers.push(() => onAnswer({ prepared })),
      terminate: async () => {},
    }))
    await using pool = new DecoderPool(4)
    const sides = [
      [4096, 4096],
      [4096, 8192],
      [2 ** 30, 2 ** 30],
      [4096, 16384],
      [1, 1],
      [1, 1],
    ] as const
    const finished = Promise.all(
      sides.map(([width, height]) => pool.prepare(declaring(width, height), { contract })),
    )
    const inTurns: number[] = []
    while (answers.length > 0) {
      inTurns.push(answers.length)
      for (const answer of answers.splice(0)) answer()
    }
    expect(inTurns).toEqual([2, 1, 1, 2])
    expect(await finished).toHaveLength(6)
  })

  test('a worker ends after a large picture, unless another one waits', async () => {
    const opened = vi.spyOn(platform, 'openWorker').mockImplementation((onAnswer) => ({
      send: () => queueMicrotask(() => onAnswer({ prepared })),
      terminate: async () => {},
    }))
    await using pool = new DecoderPool(1)
    const prepare = (side: number) => pool.prepare(declaring(side, side), { contract })
    await Promise.all([prepare(4096), prepare(4096)])
    expect([pool.workers, opened.mock.calls.length]).toEqual([0, 1])
    await prepare(2048)
    expect([pool.workers, opened.mock.calls.length]).toEqual([1, 2])
  })

  test('one worker serves pictures that come one after the other', async () => {
    const opened = vi.spyOn(platform, 'openWorker').mockImplementation((onAnswer) => ({
      send: () => queueMicrotask(() => onAnswer({ prepared })),
      terminate: async () => {},
    }))
    await using pool = new DecoderPool(2)
    for (let i = 0; i < 3; i++) await pool.prepare(declaring(2048, 2048), { contract })
    expect([pool.workers, opened.mock.calls.length]).toEqual([1, 1])
  })

  test.each([1, 2])('of %i workers at most, one begins after another has ended', async (most) => {
    const ends: (() => void)[] = []
    const alive = { now: 0, most: 0, prepared: 0 }
    vi.spyOn(platform, 'openWorker').mockImplementation((onAnswer) => {
      alive.most = Math.max(alive.most, ++alive.now)
      return {
        send: () => queueMicrotask(() => onAnswer({ prepared })),
        terminate: () =>
          new Promise((resolve) =>
            ends.push(() => {
              alive.now--
              resolve()
            }),
          ),
      }
    })
    const pool = new DecoderPool(most)
    const prepare = (side: number) => pool.prepare(declaring(side, side), { contract })
    await Promise.all([prepare(4096), prepare(4096)])
    // The workers have been told to end, and have not ended: what comes waits.
    const next = prepare(4096).then(() => alive.prepared++)
    await new Promise((resolve) => setTimeout(resolve))
    expect([pool.workers, alive.prepared, alive.now, ends.length]).toEqual([0, 0, most, most])
    while (alive.prepared === 0) {
      for (const end of ends.splice(0)) end()
      await new Promise((resolve) => setTimeout(resolve))
    }
    await next
    expect(alive.most).toBe(most)
    const disposed = pool.dispose()
    for (const end of ends.splice(0)) end()
    await disposed
    expect(alive.now).toBe(0)
  })

  test('the calling thread decodes one after the other', async () => {
    vi.spyOn(platform, 'openWorker').mockImplementation(() => {
      throw new Error('not allowed')
    })
    await using pool = new DecoderPool(2)
    const order: number[] = []
    const tasks = pictures.map(async (bytes, i) => {
      await pool.prepare(bytes, { contract })
      order.push(i)
    })
    await Promise.all(tasks)
    expect(order).toEqual([...pictures.keys()])
  })
})

test('the number of threads says how many workers decode, up to 8', () => {
  vi.spyOn(platform, 'cores').mockReturnValue(64)
  expect([workerCount(1), workerCount(3), workerCount('auto')]).toEqual([1, 3, 8])
})
