import { TreadleError } from '@treadle/core'

/** A WebAssembly memory and who hands out its room: a `Runtime` of @treadle/runtime is one. */
export interface KernelMemory {
  readonly memory: WebAssembly.Memory
  /** @returns a 64-byte aligned address. Views of `memory.buffer` made before are stale after. */
  readonly allocate: (bytes: number) => number
  readonly free: (address: number) => void
}

const ALIGNMENT = 64
const PAGE = 65_536

/**
 * A memory of one's own for use without tfjs, with a first-fit allocator whose books are kept in JavaScript. Grows as
 * needed; freed room is used again.
 * @param options.shared a `SharedArrayBuffer`, which threads need
 * @param options.maximumBytes 4 GiB unless given
 */
export function createMemory({
  shared = true,
  maximumBytes = 65_536 * PAGE,
}: { shared?: boolean; maximumBytes?: number } = {}): KernelMemory {
  const maximum = Math.ceil(maximumBytes / PAGE)
  const memory = new WebAssembly.Memory({ initial: 1, maximum, shared })
  // Address 0 is never handed out: it stands for "none" in instructions.
  let gaps = [{ from: ALIGNMENT, to: PAGE }]
  const taken = new Map<number, number>()
  return {
    memory,
    allocate(bytes) {
      const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT)
      let gap = gaps.find(({ from, to }) => to - from >= size)
      if (!gap) {
        gap = gaps.find(({ to }) => to === memory.buffer.byteLength)
        const missing = size - (gap ? gap.to - gap.from : 0)
        const grown = grow(memory, Math.ceil(missing / PAGE), bytes)
        if (gap) gap.to = memory.buffer.byteLength
        else gaps.push((gap = { from: grown, to: memory.buffer.byteLength }))
      }
      const address = gap.from
      gap.from += size
      gaps = gaps.filter(({ from, to }) => to > from)
      taken.set(address, size)
      return address
    },
    free(address) {
      const size = taken.get(address)
      if (size === undefined)
        throw new TreadleError(
          'KERNELS_BAD_FREE',
          `free(${address}): nothing was allocated there, or it was freed already.`,
        )
      taken.delete(address)
      gaps.push({ from: address, to: address + size })
      gaps.sort((a, b) => a.from - b.from)
      gaps = gaps.reduce<typeof gaps>((joined, gap) => {
        const last = joined.at(-1)
        if (last?.to === gap.from) last.to = gap.to
        else joined.push(gap)
        return joined
      }, [])
    },
  }
}

function grow(memory: WebAssembly.Memory, pages: number, bytes: number): number {
  try {
    return memory.grow(pages) * PAGE
  } catch (cause) {
    throw new TreadleError(
      'KERNELS_OUT_OF_MEMORY',
      `allocate(${bytes}): the WebAssembly memory cannot grow beyond its maximum. Free what is not used.`,
      { cause },
    )
  }
}
