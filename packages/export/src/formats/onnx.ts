import type { ExportFormat } from '../format.ts'

export const onnx: ExportFormat = {
  name: 'onnx',
  extension: '.onnx',
  description: 'an ONNX file with standard operators of opset 17, for ONNX Runtime and other engines',
  async write(model, options) {
    const { writeOnnx } = await import('../onnx/write-onnx.ts')
    return writeOnnx(model, options)
  },
}
