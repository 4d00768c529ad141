import { TreadleError } from '@treadle/core'

const PAGE = 65_536
/** What the binaries ask for at the start: 16 MiB. */
const INITIAL_PAGES = 256
/** All that 32-bit addresses reach. The binaries accept any smaller maximum. */
export const LARGEST_MEMORY = 2 ** 32

/** Checks a maximum in bytes and returns it in pages. @throws TreadleError `RUNTIME_BAD_OPTION` */
export function memoryPages(maximumMemory: number): number {
  const pages = Math.floor(maximumMemory / PAGE)
  if (pages >= INITIAL_PAGES && pages <= LARGEST_MEMORY / PAGE) return pages
  throw new TreadleError(
    'RUNTIME_BAD_OPTION',
    `\`maximumMemory\` (=${maximumMemory}) must be a number of bytes from ${INITIAL_PAGES * PAGE} to ${LARGEST_MEMORY}.`,
  )
}

/**
 * A shared memory of 16 MiB that can grow to `pages`. Address space for all of it is reserved at once, which phones
 * and crowded processes refuse: then half as much is asked for, down to 64 MiB.
 *
 * @returns undefined where even that is refused
 */
export function createSharedMemory(pages: number): { memory: WebAssembly.Memory; pages: number } | undefined {
  for (let maximum = pages; maximum >= Math.min(pages, 1024); maximum = Math.floor(maximum / 2)) {
    try {
      const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared: true })
      if (memory.buffer instanceof SharedArrayBuffer) return { memory, pages: maximum }
      return undefined
    } catch (error) {
      if (!(error instanceof RangeError)) return undefined
    }
  }
  return undefined
}
