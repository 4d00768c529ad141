import { TreadleError } from '@treadle/core'

/** A decoder found a fault. `decodeImage` turns it into a `TreadleError` that names the file. */
export class DamagedImage extends Error {}

export function damaged(reason: string): DamagedImage {
  return new DamagedImage(reason)
}

/** A header claims more pixels than the limit. `decodeImage` turns it into a `TreadleError` that names the file. */
export class TooManyPixels extends Error {
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    super(`${width} × ${height} pixels`)
  }
}

/** A header promises more bytes of rows than the limit. `decodeImage` turns it into a `TreadleError`. */
export class TooManyBytes extends Error {
  constructor(readonly bytes: number) {
    super(`${bytes} bytes`)
  }
}

export function imageError(code: string, name: string, text: string): TreadleError {
  return new TreadleError(code, `Reading ${name}: ${text}`)
}
