export { exportModel } from './export-model.ts'
export type { ExportFormat, ExportOptions, ExportedFiles } from './format.ts'
export { formats } from './formats/index.ts'
