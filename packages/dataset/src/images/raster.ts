/** One image: `data` is row-major, of shape [height, width, channels], 0 to 255; grey or RGB. */
export interface RasterImage {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

/** Whether an RGB image has no colour. */
export function isGrey({ channels, data }: RasterImage): boolean {
  if (channels === 1) return true
  for (let at = 0; at < data.length; at += 3) {
    if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false
  }
  return true
}

/** The image in grey (ITU-R BT.601 luma, rounded) or in RGB. */
export function withChannels(image: RasterImage, channels: 1 | 3): RasterImage {
  if (image.channels === channels) return image
  const { data, width, height } = image
  const converted = new Uint8Array(width * height * channels)
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (channels === 3) {
      converted.fill(data[pixel] as number, pixel * 3, pixel * 3 + 3)
    } else {
      const [red, green, blue] = data.subarray(pixel * 3, pixel * 3 + 3) as unknown as [
        number,
        number,
        number,
      ]
      converted[pixel] = Math.floor((299 * red + 587 * green + 114 * blue + 500) / 1000)
    }
  }
  return { width, height, channels, data: converted }
}

/**
 * Resizes by area: each new pixel is the mean of the old ones that it covers, those at its edge weighed by the part
 * covered, rounded. The sides are scaled each on its own.
 */
export function resize(image: RasterImage, height: number, width: number): RasterImage {
  if (image.height === height && image.width === width) return image
  const { channels } = image
  const columns = coverage(image.width, width)
  const rows = coverage(image.height, height)
  const narrow = new Float64Array(image.height * width * channels)
  for (let y = 0; y < image.height; y++) {
    columns.forEach((covered, x) => {
      for (const { at, weight } of covered) {
        for (let channel = 0; channel < channels; channel++) {
          const target = (y * width + x) * channels + channel
          narrow[target] =
            (narrow[target] as number) +
            weight * (image.data[(y * image.width + at) * channels + channel] as number)
        }
      }
    })
  }
  const data = new Uint8Array(height * width * channels)
  const stride = width * channels
  const sums = new Float64Array(stride)
  rows.forEach((covered, y) => {
    sums.fill(0)
    for (const { at, weight } of covered) {
      for (let i = 0; i < stride; i++)
        sums[i] = (sums[i] as number) + weight * (narrow[at * stride + i] as number)
    }
    for (let i = 0; i < stride; i++) data[y * stride + i] = Math.floor((sums[i] as number) + 0.5)
  })
  return { width, height, channels, data }
}

/** For each of `to` new positions the old ones under it, with weights that sum to 1. */
function coverage(from: number, to: number): { at: number; weight: number }[][] {
  return Array.from({ length: to }, (_, position) => {
    // In units of 1 / to of an old pixel, so that all but the weight is whole.
    const [start, end] = [position * from, (position + 1) * from]
    const covered = []
    for (let at = Math.floor(start / to); at * to < end; at++) {
      covered.push({ at, weight: (Math.min((at + 1) * to, end) - Math.max(at * to, start)) / from })
    }
    return covered
  })
}
