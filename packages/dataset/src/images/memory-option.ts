import { TreadleError, show } from '@treadle/core'
import { platform } from '#platform'

const units: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
}

/**
 * The bytes of the option `memory`.
 * @throws TreadleError `DATASET_BAD_OPTION`; in a browser `DATASET_UNUSED_OPTION`
 */
export function memoryBytes(operation: string, memory: number | string | undefined): number | undefined {
  if (memory === undefined) return undefined
  if (!platform.hasPaths)
    throw new TreadleError(
      'DATASET_UNUSED_OPTION',
      `${operation}: \`memory\` needs a cache of decoded images on a disk, which a browser does not have. Leave it out, or give a smaller \`size\`.`,
    )
  const [, number, unit = 'B'] = /^(\d+(?:\.\d+)?) ?([kmg]?i?b)?$/i.exec(String(memory)) ?? []
  const bytes = Math.floor(Number(number) * (units[unit.toUpperCase()] ?? Number.NaN))
  if (Number.isSafeInteger(bytes) && bytes >= 1) return bytes
  throw new TreadleError(
    'DATASET_BAD_OPTION',
    `${operation}: \`memory\` (=${show(memory)}) must be a number of bytes, or a text such as 200MB or 2GB.`,
  )
}
