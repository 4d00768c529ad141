import { type DataSource, type ImageDataset, TreadleError } from '@treadle/core'
import { type DataFile, baseName } from '../data-file.ts'
import type { IdxArray } from '../idx/format.ts'
import { readIdxFile } from '../idx/read.ts'
import { labelledImages } from '../labelled-images.ts'
import type { LoadOptions } from '../options.ts'
import { together } from '../together.ts'
import { type FourFiles, type IdxFileInfo, fashionMnistInfo } from './info.ts'

/** One of the four files, read and checked. */
export interface VerifiedFile {
  readonly name: string
  readonly array: IdxArray
  readonly sha256: string
}

export const roles = [
  'trainImages',
  'trainLabels',
  'testImages',
  'testLabels',
] as const satisfies (keyof FourFiles<unknown>)[]

/** Runs `work` for the four files concurrently. */
export async function forEachFile<T>(
  work: (role: (typeof roles)[number], signal: AbortSignal) => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<FourFiles<T>> {
  const results = await together(
    roles.map((role) => (inner) => work(role, inner)),
    signal,
  )
  return Object.fromEntries(roles.map((role, index) => [role, results[index]])) as unknown as FourFiles<T>
}

/** Reads one file and checks its shape and SHA-256. */
export async function readVerified(
  file: DataFile,
  info: IdxFileInfo,
  options: LoadOptions,
): Promise<VerifiedFile> {
  return { name: file.name, ...(await readIdxFile(file, { ...options, expected: info })) }
}

/** Reads and checks the four files. */
export function readFiles(
  files: FourFiles<DataFile>,
  info: FourFiles<IdxFileInfo>,
  options: LoadOptions,
): Promise<FourFiles<VerifiedFile>> {
  return forEachFile(
    (role, signal) => readVerified(files[role], info[role], { ...options, signal }),
    options.signal,
  )
}

export function fashionMnist(
  files: FourFiles<VerifiedFile>,
  info: FourFiles<IdxFileInfo>,
  source: Omit<DataSource, 'sha256'>,
): ImageDataset {
  const { classNames, name } = fashionMnistInfo
  return {
    name: source.kind === 'sample' ? `${name}-sample` : name,
    train: labelledImages(files.trainImages, files.trainLabels, classNames.length),
    test: labelledImages(files.testImages, files.testLabels, classNames.length),
    classNames,
    source: {
      ...source,
      sha256: Object.fromEntries(roles.map((role) => [info[role].name, files[role].sha256])),
    },
  }
}

/** Finds the four files, plain or gzipped, among `files`; or the names of those that are missing. */
export function pickFiles(
  files: readonly DataFile[],
): { found: FourFiles<DataFile> } | { missing: string[] } {
  const picked = roles.map((role) => {
    const { name } = fashionMnistInfo.files[role]
    return [name, `${name}.gz`]
      .map((wanted) => files.find(({ path }) => baseName(path) === wanted))
      .find((file) => file)
  })
  const missing = roles.filter((_, index) => !picked[index]).map((role) => fashionMnistInfo.files[role].name)
  if (missing.length > 0) return { missing }
  return {
    found: Object.fromEntries(
      roles.map((role, index) => [role, picked[index]]),
    ) as unknown as FourFiles<DataFile>,
  }
}

export function missingFiles(where: string, missing: readonly string[]): TreadleError {
  return new TreadleError(
    'DATASET_NOT_FOUND',
    `Loading Fashion-MNIST from ${where}: ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing (with or without .gz). All four files must lie in one folder.`,
  )
}
