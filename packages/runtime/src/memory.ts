import { TreadleError, show } from '@treadle/core'

const PAGE = 65_536
/** Initial size of the memory that the binaries require: 16 MiB. */
const INITIAL_PAGES = 256
/** The limit of 32-bit addresses, in bytes. The binaries accept any smaller maximum. */
export const LARGEST_MEMORY = 2 ** 32

/** Checks a maximum in bytes and converts it to pages of 64 KiB. @throws TreadleError `RUNTIME_BAD_OPTION` */
export function memoryPages(maximumMemory: number): number {
  const pages = Math.floor(maximumMemory / PAGE)
  if (pages >= INITIAL_PAGES && pages <= LARGEST_MEMORY / PAGE) return pages
  throw new TreadleError(
    'RUNTIME_BAD_OPTION',
    `\`maximumMemory\` (=${show(maximumMemory)}) must be a number of bytes from ${INITIAL_PAGES * PAGE} to ${LARGEST_MEMORY}.`,
  )
}

/**
 * Creates a shared memory of 16 MiB that can grow to `pages` pages of 64 KiB. The engine reserves address space for the
 * maximum. This fails on phones and in processes with little address space; the function then halves the maximum, down
 * to 64 MiB.
 *
 * @returns undefined if every attempt fails
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
