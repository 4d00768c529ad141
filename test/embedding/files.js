// The files of the model and its binaries, embedded in the bundle as bytes.
import jpeg from '@treadle/image/jpeg_decoder.wasm'
import webp from '@treadle/image/webp_dec.wasm'
import kernels from '@treadle/kernels/kernels.wasm'
import simd from '@treadle/runtime/simd.wasm'
import modelJson from './model/model.json'
import weights from './model/weights.bin'
import recurrentJson from './recurrent/model.json'
import recurrentWeights from './recurrent/weights.bin'

export const binaries = { kernels, simd, jpeg, webp }
export const models = {
  model: { 'model.json': new Blob([modelJson]), 'weights.bin': new Blob([weights]) },
  recurrent: { 'model.json': new Blob([recurrentJson]), 'weights.bin': new Blob([recurrentWeights]) },
}
