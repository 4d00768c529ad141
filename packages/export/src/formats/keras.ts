import type { ExportFormat } from '../format.ts'

export const keras: ExportFormat = {
  name: 'keras',
  extension: '.keras',
  description: 'a .keras file, for Keras 3 on any of its backends',
  async write(model, options) {
    const { writeKeras } = await import('../keras/write-keras.ts')
    return writeKeras(model, options)
  },
}
