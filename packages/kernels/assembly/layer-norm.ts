import { LayerGradients, LayerNormalize, LayerNormalizeBackward } from './generated/records'
import { high, low, shard } from './context'

// @ts-ignore: decorator
@inline
function at(base: usize, j: i32): f32 {
  return load<f32>(base + (<usize>j << 2))
}

/** y = (x − mean) / √(variance + ε) · γ + β for each line; sums in float64. */
export function layerNormalize(o: LayerNormalize): void {
  const x = o.x
  const xRow = o.xRow
  const width = o.width
  const lines = o.lines
  const saved = o.saved
  const y = o.y
  const yRow = o.yRow
  const gamma = o.gamma
  const beta = o.beta
  const epsilon = <f64>o.epsilon
  const padded = (width + 3) & ~3
  for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
    const from = x + l * xRow
    const to = y + l * yRow
    let sum: f64 = 0
    for (let j = 0; j < width; j++) sum += <f64>at(from, j)
    const mean = <f32>(sum / <f64>width)
    let squares: f64 = 0
    for (let j = 0; j < width; j++) {
      const d = <f64>(at(from, j) - mean)
      squares += d * d
    }
    const inverse = <f32>(1 / sqrt(squares / <f64>width + epsilon))
    store<f32>(saved + (l << 3), mean)
    store<f32>(saved + (l << 3), inverse, 4)
    for (let j = 0; j < padded; j++) {
      let value: f32 = 0
      if (j < width) {
        value = (at(from, j) - mean) * inverse
        if (gamma) value *= at(gamma, j)
        if (beta) value += at(beta, j)
      }
      store<f32>(to + (<usize>j << 2), value)
    }
  }
}

/** Each shard's Σ dy·x̂ and Σ dy. */
export function layerGradients(o: LayerGradients): void {
  const x = o.x
  const xRow = o.xRow
  const width = o.width
  const lines = o.lines
  const saved = o.saved
  const dy = o.dy
  const dyRow = o.dyRow
  const dGamma = o.dGamma + <usize>shard * o.dGammaShard
  const dBeta = o.dBeta + <usize>shard * o.dBetaShard
  const padded = (width + 3) & ~3
  for (let j = 0; j < padded; j++) {
    const column = <usize>j << 2
    let g: f32 = 0
    let b: f32 = 0
    if (j < width) {
      for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
        const mean = load<f32>(saved + (l << 3))
        const inverse = load<f32>(saved + (l << 3), 4)
        const d = load<f32>(dy + l * dyRow + column)
        g += d * (load<f32>(x + l * xRow + column) - mean) * inverse
        b += d
      }
    }
    store<f32>(dGamma + column, g)
    store<f32>(dBeta + column, b)
  }
}

/** dx = (g − mean(g) − x̂·mean(g·x̂)) · inverse with g = dy·γ; sums in float64. */
export function layerNormalizeBackward(o: LayerNormalizeBackward): void {
  const x = o.x
  const xRow = o.xRow
  const width = o.width
  const lines = o.lines
  const saved = o.saved
  const dy = o.dy
  const dyRow = o.dyRow
  const dx = o.dx
  const dxRow = o.dxRow
  const gamma = o.gamma
  const accumulate = o.accumulate
  const padded = (width + 3) & ~3
  for (let l = <usize>(low * lines), end = <usize>(high * lines); l < end; l++) {
    const from = x + l * xRow
    const grad = dy + l * dyRow
    const to = dx + l * dxRow
    const mean = load<f32>(saved + (l << 3))
    const inverse = load<f32>(saved + (l << 3), 4)
    let sum: f64 = 0
    let product: f64 = 0
    for (let j = 0; j < width; j++) {
      const g = <f64>at(grad, j) * (gamma ? <f64>at(gamma, j) : 1)
      sum += g
      product += g * <f64>((at(from, j) - mean) * inverse)
    }
    sum /= <f64>width
    product /= <f64>width
    for (let j = 0; j < padded; j++) {
      const out = to + (<usize>j << 2)
      let value: f32 = 0
      if (j < width) {
        const g = <f64>at(grad, j) * (gamma ? <f64>at(gamma, j) : 1)
        const normal = <f64>((at(from, j) - mean) * inverse)
        value = <f32>((g - sum - normal * product) * <f64>inverse)
        if (accumulate) value += load<f32>(out)
      }
      store<f32>(out, value)
    }
  }
}
