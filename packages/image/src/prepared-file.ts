import type { Preprocessing } from '@treadle/core'
import type { PictureValues } from './picture.ts'
import type { OpaquePart } from './preprocess/opaque.ts'

/** How `preparePicture` prepares a picture. */
export interface PrepareOptions {
  readonly contract: Preprocessing
  /** Parts of the contract that are not decided yet. Default: none. */
  readonly undecided?:
    | {
        /** The picture keeps its own size. */
        readonly size: boolean
        /** A picture with colours becomes RGB; others have the channels of the contract. */
        readonly channels: boolean
        /** A transparent picture is measured, not prepared. */
        readonly background: boolean
      }
    | undefined
  /** `bytes` (default): values 0 to 255 before scaling. `input`: what the network reads; bytes stand for v / 255. */
  readonly values?: 'bytes' | 'input' | undefined
}

/** A prepared picture, with what decides the open parts of a contract. */
export interface PreparedFile {
  /** Size of the upright picture before it was fitted. */
  readonly width: number
  readonly height: number
  /** Sums of `opaquePart`, of a transparent picture whose background is undecided. */
  readonly waiting?: OpaquePart
  /** Whether a pixel has a colour; false where the channels are decided. */
  readonly coloured: boolean
  /** Channels of `data`. */
  readonly channels: 1 | 3
  /** Shape [height, width, channels] of the contract; empty while it waits for a background. */
  readonly data: PictureValues
  /** Mean of the outermost values of `data`; 0 for network inputs. */
  readonly border: number
}
