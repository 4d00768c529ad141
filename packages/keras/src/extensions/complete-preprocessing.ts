import * as tf from '@tensorflow/tfjs-core'
import { completed } from '../dialects/rewrite-layers.ts'
import { classOf, OneInputLayer, oneShape, type LayerArgs, type LayerShape } from './base-layer.ts'

type Size = readonly [height: number, width: number]
type Interpolation = 'bilinear' | 'nearest'
type SizeArgs = LayerArgs & { readonly height: number; readonly width: number }

/** A layer that gives images another size. */
abstract class SizedLayer extends OneInputLayer {
  protected readonly size: Size

  constructor(args: SizeArgs) {
    super(args)
    this.size = [args.height, args.width]
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape {
    const [batch = null, , , channels = null] = oneShape(shape)
    return [batch, ...this.size, channels]
  }

  override getConfig(): tf.serialization.ConfigDict {
    const [height, width] = this.size
    return { ...super.getConfig(), height, width }
  }
}

/** Interpolates between the centres of pixels, as Keras does. */
function resize(images: tf.Tensor, [height, width]: Size, interpolation: Interpolation): tf.Tensor {
  const method = interpolation === 'nearest' ? tf.image.resizeNearestNeighbor : tf.image.resizeBilinear
  return method(images as tf.Tensor4D, [height, width], false, true)
}

/** Resizing as in Keras; tfjs interpolates between the corners of pixels. */
class CompleteResizing extends SizedLayer {
  static className = completed('Resizing')
  readonly #interpolation: Interpolation

  constructor(args: SizeArgs & { readonly interpolation?: Interpolation }) {
    super(args)
    this.#interpolation = args.interpolation ?? 'bilinear'
  }

  override getClassName(): string {
    return 'Resizing'
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return resize(x, this.size, this.#interpolation)
  }

  override getConfig(): tf.serialization.ConfigDict {
    // `halfPixelCenters` tells readers that the file does not have tfjs's meaning.
    return { ...super.getConfig(), interpolation: this.#interpolation, halfPixelCenters: true }
  }
}

/**
 * The centre of images. An image that is smaller is cut to the target's proportions and enlarged, as in Keras. tfjs
 * starts a pixel off, and changes the shape of the layer's input.
 */
class CompleteCenterCrop extends SizedLayer {
  static className = completed('CenterCrop')

  override getClassName(): string {
    return 'CenterCrop'
  }

  protected override run(x: tf.Tensor): tf.Tensor {
    return tf.tidy(() => {
      const [, rows, columns] = x.shape as [number, number, number]
      const [height, width] = this.size
      if (rows >= height && columns >= width) return centre(x, [height, width])
      const box: Size = [cut(rows, columns, height / width), cut(columns, rows, width / height)]
      return resize(centre(x, box), this.size, 'bilinear')
    })
  }
}

/** The part of `size` that keeps the target's proportion to the other axis. */
function cut(size: number, other: number, ratio: number): number {
  return Math.max(Math.min(size, Math.floor(other * ratio)), 1)
}

function centre(x: tf.Tensor, [height, width]: Size): tf.Tensor {
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number]
  const begin = [0, Math.floor((rows - height) / 2), Math.floor((columns - width) / 2), 0]
  return tf.slice(x, begin, [batch, height, width, channels])
}

/** CategoryEncoding that leaves its input's shape as it is; tfjs changes it. */
class CompleteCategoryEncoding extends classOf('CategoryEncoding') {
  static className = completed('CategoryEncoding')

  override getClassName(): string {
    return 'CategoryEncoding'
  }

  override computeOutputShape(shape: LayerShape | LayerShape[]): LayerShape | LayerShape[] {
    return super.computeOutputShape([...oneShape(shape)])
  }
}

export const preprocessing = [CompleteResizing, CompleteCenterCrop, CompleteCategoryEncoding]
