import { classFolders } from './class-folders.ts'
import { fileNames } from './file-names.ts'
import { labelsTable } from './labels-table.ts'
import type { Layout } from './picture-list.ts'

/** The ways in which image files are arranged; the first that fits is used. */
export const layouts: readonly Layout[] = [labelsTable, classFolders, fileNames]
