import { californiaTable } from './california-table.ts'
import { cifar } from './cifar.ts'
import { idx } from './idx.ts'
import { imageFiles } from './image-files.ts'
import { numpy } from './numpy.ts'
import { parquet } from './parquet.ts'
import { pixelTable } from './pixel-table.ts'
import type { Source } from './source.ts'

/** The forms of data on disk; the first that matches is loaded. */
export const sources: readonly Source[] = [
  idx,
  numpy,
  cifar,
  pixelTable,
  parquet,
  californiaTable,
  imageFiles,
]
