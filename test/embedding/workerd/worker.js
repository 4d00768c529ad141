// Cloudflare's runtime gives compiled modules, as it forbids to compile bytes.
import jpeg from 'jpeg_decoder.wasm'
import webp from 'webp_dec.wasm'
import kernels from 'kernels.wasm'
import simd from 'simd.wasm'
import modelJson from 'model.json'
import weights from 'weights.bin'
import recurrentJson from 'recurrent.json'
import recurrentWeights from 'recurrent.bin'
import { answer } from '../answer.js'

const models = {
  model: { 'model.json': new Blob([modelJson]), 'weights.bin': new Blob([weights]) },
  recurrent: { 'model.json': new Blob([recurrentJson]), 'weights.bin': new Blob([recurrentWeights]) },
}

export default {
  async fetch({ url }) {
    try {
      return Response.json(
        await answer(models[new URL(url).pathname.slice(1)], { binaries: { kernels, simd, jpeg, webp } }),
      )
    } catch (error) {
      return new Response(String(error), { status: 500 })
    }
  },
}
