import type { ExportFormat } from '../format.ts'

export const tfjs: ExportFormat = {
  name: 'tfjs',
  extension: undefined,
  description: 'a folder with model.json and weights.bin, for TensorFlow.js and this project',
  async write(model, options) {
    const { encodeModel } = await import('@treadle/model')
    return encodeModel(model, options)
  },
}
