import { Dot, UnitVectors, UnitVectorsBackward } from './generated/records'
import { high, low } from './context'
import { clear } from './placement'

/** Products and lengths of the vectors of a sample, with sums in float64. See src/manifest/dot.ts. */
export function dot(o: Dot): void {
  const aK = o.aK
  const bK = o.bK
  for (let s = <usize>low; s < <usize>high; s++) {
    const c = o.c + s * o.cSample
    if (!o.accumulate) clear(c, o.cRow, 0, o.lines, 1, o.padded)
    let a = o.a + s * o.aSample
    let line = c
    for (let i = o.m; i > 0; i--, a += o.aI, line += o.cI) {
      let b = o.b + s * o.bSample
      let to = line
      for (let j = o.n; j > 0; j--, b += o.bJ, to += o.cJ) store<f32>(to, load<f32>(to) + <f32>product(a, aK, b, bK, o.k))
    }
  }
}

// @ts-ignore: decorator
@inline
function product(a: usize, aStep: usize, b: usize, bStep: usize, count: i32): f64 {
  let sum: f64 = 0
  let p = a
  let q = b
  for (let n = count; n > 0; n--, p += aStep, q += bStep) sum += <f64>load<f32>(p) * <f64>load<f32>(q)
  return sum
}

export function unitVectors(o: UnitVectors): void {
  const byColumn = o.byColumn
  const count = byColumn ? o.lines : o.width
  const xStep: usize = byColumn ? o.xRow : 4
  const yStep: usize = byColumn ? o.yRow : 4
  for (let i = low; i < high; i++) {
    const x = o.x + <usize>(i * o.lines) * o.xRow
    const y = o.y + <usize>(i * o.lines) * o.yRow
    clear(y, o.yRow, 0, o.lines, 1, o.padded)
    for (let v: usize = 0; v < <usize>(byColumn ? o.width : o.lines); v++) {
      let p = x + v * (byColumn ? 4 : o.xRow)
      let q = y + v * (byColumn ? 4 : o.yRow)
      const length = max(<f64>o.epsilon, sqrt(product(p, xStep, p, xStep, count)))
      for (let n = count; n > 0; n--, p += xStep, q += yStep) store<f32>(q, <f32>(<f64>load<f32>(p) / length))
    }
  }
}

export function unitVectorsBackward(o: UnitVectorsBackward): void {
  const byColumn = o.byColumn
  const count = byColumn ? o.lines : o.width
  const xStep: usize = byColumn ? o.xRow : 4
  const dyStep: usize = byColumn ? o.dyRow : 4
  const dxStep: usize = byColumn ? o.dxRow : 4
  for (let i = low; i < high; i++) {
    const x = o.x + <usize>(i * o.lines) * o.xRow
    const dy = o.dy + <usize>(i * o.lines) * o.dyRow
    const dx = o.dx + <usize>(i * o.lines) * o.dxRow
    if (!o.accumulate) clear(dx, o.dxRow, 0, o.lines, 1, o.padded)
    for (let v: usize = 0; v < <usize>(byColumn ? o.width : o.lines); v++) {
      let p = x + v * (byColumn ? 4 : o.xRow)
      let d = dy + v * (byColumn ? 4 : o.dyRow)
      let q = dx + v * (byColumn ? 4 : o.dxRow)
      const square = product(p, xStep, p, xStep, count)
      const length = max(<f64>o.epsilon, sqrt(square))
      const along = length > <f64>o.epsilon ? product(p, xStep, d, dyStep, count) / square : 0
      for (let n = count; n > 0; n--, p += xStep, d += dyStep, q += dxStep) {
        store<f32>(q, load<f32>(q) + <f32>((<f64>load<f32>(d) - along * <f64>load<f32>(p)) / length))
      }
    }
  }
}
