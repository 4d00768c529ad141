import { baseName } from '../data-file.ts'

export const isParquet = (path: string): boolean =>
  /\.parquet$/i.test(path) && !baseName(path).startsWith('.')
