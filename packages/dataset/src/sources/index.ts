import { californiaTable } from './california-table.ts'
import { idx } from './idx.ts'
import { imageFiles } from './image-files.ts'
import type { Source } from './source.ts'

/** The forms of data on disk; the first that matches is loaded. */
export const sources: readonly Source[] = [idx, californiaTable, imageFiles]
