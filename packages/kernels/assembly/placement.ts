import { ClearBorder, Place, Upsample, UpsampleBackward } from './generated/records'
import { high, low } from './context'

/** Copies this shard's images from one layout to another. See src/manifest/placement.ts. */
export function place(o: Place): void {
  const xRow = o.xRow
  const xPixel = o.xPixel
  const yRow = o.yRow
  const yPixel = o.yPixel
  const height = o.height
  let width = o.width
  let channels = o.channels
  const accumulate = o.accumulate
  // Pixels without room between them are one.
  if (xPixel == <usize>channels << 2 && yPixel == xPixel) {
    channels *= width
    width = 1
  }
  for (let i = <usize>low; i < <usize>high; i++) {
    for (let r: usize = 0; r < <usize>height; r++) {
      let from = o.x + i * o.xImage + r * xRow
      let to = o.y + i * o.yImage + r * yRow
      for (let c = width; c > 0; c--, from += xPixel, to += yPixel) {
        if (accumulate) addFloats(from, to, channels)
        else copyFloats(from, to, channels)
      }
    }
  }
}

// @ts-ignore: decorator
@inline
export function copyFloats(from: usize, to: usize, count: i32): void {
  let n = count
  for (; n >= 4; n -= 4, from += 16, to += 16) v128.store(to, v128.load(from))
  for (; n > 0; n--, from += 4, to += 4) store<f32>(to, load<f32>(from))
}

// @ts-ignore: decorator
@inline
function addFloats(from: usize, to: usize, count: i32): void {
  let n = count
  for (; n >= 4; n -= 4, from += 16, to += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)))
  for (; n > 0; n--, from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from))
}

/** Zeros in `height` rows of `width` pixels. */
export function clear(y: usize, row: usize, pixel: usize, height: i32, width: i32, channels: i32): void {
  if (pixel == <usize>channels << 2) {
    channels *= width
    width = 1
  }
  for (let r = height; r > 0; r--, y += row) {
    let to = y
    for (let c = width; c > 0; c--, to += pixel) {
      const bytes = <usize>channels << 2
      let at: usize = 0
      for (; at + 16 <= bytes; at += 16) v128.store(to + at, f32x4.splat(0))
      for (; at < bytes; at += 4) store<f32>(to + at, 0)
    }
  }
}

export function clearBorder(o: ClearBorder): void {
  const row = o.yRow
  const pixel = o.yPixel
  const height = o.height
  const width = o.width
  const channels = o.channels
  const top = o.top
  const left = o.left
  const right = o.right
  const all = width + left + right
  for (let i = <usize>low; i < <usize>high; i++) {
    const y = o.y + i * o.yImage
    const begin = y - <usize>left * pixel
    clear(begin - <usize>top * row, row, pixel, top, all, channels)
    clear(begin, row, pixel, height, left, channels)
    clear(y + <usize>width * pixel, row, pixel, height, right, channels)
    clear(begin + <usize>height * row, row, pixel, o.bottom, all, channels)
  }
}

export function upsample(o: Upsample): void {
  const factorHeight = <usize>o.factorHeight
  const factorWidth = o.factorWidth
  const height = <usize>o.height
  const width = o.width
  const bytes = <usize>o.channels << 2
  const xPixel = o.xPixel
  const yPixel = o.yPixel
  for (let i = <usize>low; i < <usize>high; i++) {
    for (let r: usize = 0; r < height * factorHeight; r++) {
      let from = o.x + i * o.xImage + r / factorHeight * o.xRow
      let to = o.y + i * o.yImage + r * o.yRow
      for (let c = width; c > 0; c--, from += xPixel) {
        for (let f = factorWidth; f > 0; f--, to += yPixel) {
          for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at))
        }
      }
    }
  }
}

export function upsampleBackward(o: UpsampleBackward): void {
  const factorHeight = o.factorHeight
  const factorWidth = o.factorWidth
  const height = <usize>o.height
  const width = o.width
  const bytes = <usize>o.channels << 2
  const dyRow = o.dyRow
  const dyPixel = o.dyPixel
  const dxPixel = o.dxPixel
  const accumulate = o.accumulate
  for (let i = <usize>low; i < <usize>high; i++) {
    for (let r: usize = 0; r < height; r++) {
      let from = o.dy + i * o.dyImage + r * <usize>factorHeight * dyRow
      let to = o.dx + i * o.dxImage + r * o.dxRow
      for (let c = width; c > 0; c--, from += <usize>factorWidth * dyPixel, to += dxPixel) {
        for (let at: usize = 0; at < bytes; at += 16) {
          let sum = f32x4.splat(0)
          let line = from + at
          for (let fy = factorHeight; fy > 0; fy--, line += dyRow) {
            let p = line
            for (let fx = factorWidth; fx > 0; fx--, p += dyPixel) sum = f32x4.add(sum, v128.load(p))
          }
          v128.store(to + at, accumulate ? f32x4.add(v128.load(to + at), sum) : sum)
        }
      }
    }
  }
}
