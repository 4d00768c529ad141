export { appendFileDurable, stageFile, writeFileAtomic } from './atomic-write.ts'
export type { StagedFile } from './atomic-write.ts'
export { makeFolder } from './make-folder.ts'
