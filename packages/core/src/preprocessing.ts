/**
 * How an image becomes the input of a network, in this order: made opaque on a background, grey or RGB, trimmed,
 * fitted to the network's size, inverted, scaled. It is decided when the data are loaded and stored with the run and
 * the model, so that training, evaluation and classification prepare an image in the same way.
 */
export interface Preprocessing {
  /** Input size of the network, 1 to 8192. */
  readonly height: number
  readonly width: number
  /** 1: grey; 3: red, green, blue. */
  readonly channels: 1 | 3
  /** The network's input is pixel · scale + offset, with pixels from 0 to 255. */
  readonly scale: number
  readonly offset: number
  /**
   * Whether to invert brightness. `auto` inverts images whose outermost pixels are brighter than 127.5 on average, for
   * networks that were trained on light objects on a dark background, as in Fashion-MNIST.
   */
  readonly invert: boolean | 'auto'
  /** Whether to remove a margin of one colour first. */
  readonly trim: boolean
  /**
   * `crop` cuts the centre out in the proportions of the network's size; `pad` keeps the whole image and pads with
   * `background`; `contain` pads with the mean colour of the image's border; `stretch` changes the proportions.
   */
  readonly fit: 'crop' | 'pad' | 'contain' | 'stretch'
  /** The filter of `resize` in @treadle/image. */
  readonly filter: 'area' | 'bilinear'
  /** Pixels of padding on each side of the fitted image. */
  readonly margin: number
  /** What is behind transparent pixels: `#rrggbb`; `auto`: black or white, whichever contrasts with the opaque part. */
  readonly background: string
  /**
   * What the network was trained on. `files`: image files that went through all steps in bytes, and so does every image.
   * `arrays`: arrays of the network's size; an image of that size is neither trimmed nor fitted, and values are not
   * rounded to bytes.
   */
  readonly trainedOn: 'files' | 'arrays'
}
