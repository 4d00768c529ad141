import { TreadleError } from '@treadle/core'
import type { DataFile } from '../data-file.ts'

/** A PNG and the class that its folder stands for. */
export interface ClassFile {
  readonly file: DataFile
  readonly className: string
}

/** What a tree of image folders holds. `test` is undefined where the tree does not say which images are for testing. */
export interface FolderLayout {
  readonly classNames: readonly string[]
  readonly train: readonly ClassFile[]
  readonly test: readonly ClassFile[] | undefined
  /** Things left out, in words. */
  readonly leftOut: readonly string[]
}

const SPLITS: Readonly<Record<string, 'train' | 'test' | 'validation'>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
}

/**
 * Reads the layout off the paths: `class/image.png`, or `train/class/image.png` beside `test/` or `val/`.
 * Hidden files are passed over.
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_BAD_LAYOUT`
 */
export function readLayout(files: readonly DataFile[], where: string): FolderLayout {
  const visible = files.filter(({ path }) => !/(^|\/)[._]/.test(path))
  const images = visible.filter(({ path }) => /\.png$/i.test(path) && path.includes('/'))
  const leftOut = otherFiles(visible.filter((file) => !images.includes(file)))
  if (images.length === 0) {
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading images from ${where}: there are no PNG files in subfolders. Make one subfolder for each class, optionally below train and test. ${leftOut.join(' ')}`.trim(),
    )
  }
  const of = (split: string) => images.filter(({ path }) => splitOf(path) === split)
  const [whole, train, test, validation] = [of('whole'), of('train'), of('test'), of('validation')]
  const odd = of('none')[0] ?? (train.length > 0 ? whole[0] : [...test, ...validation][0])
  if (odd) {
    throw new TreadleError(
      'DATASET_BAD_LAYOUT',
      `Loading images from ${where}: ${odd.path} does not fit. Images lie in one subfolder for each class; train, and test or val, may stand above those.`,
    )
  }
  const trained = classed(train.length > 0 ? train : whole)
  const held = test.length > 0 ? test : validation
  const classNames = [...new Set(trained.map(({ className }) => className))].sort()
  const tested = held.length > 0 ? classed(held) : undefined
  checkClasses(classNames, tested ?? [], where)
  if (test.length > 0 && validation.length > 0) {
    leftOut.push(`${validation.length} images for validation are left out, as there are others for testing.`)
  }
  return { classNames, train: trained, test: tested, leftOut }
}

/** What the path says the image is for; `whole` where it says nothing, `none` where it fits no layout. */
function splitOf(path: string): 'train' | 'test' | 'validation' | 'whole' | 'none' {
  const parts = path.split('/')
  if (parts.length === 2) return 'whole'
  return (parts.length === 3 && SPLITS[(parts[0] as string).toLowerCase()]) || 'none'
}

function classed(files: readonly DataFile[]): ClassFile[] {
  return files.map((file) => ({ file, className: file.path.split('/').at(-2) as string }))
}

function checkClasses(classNames: readonly string[], test: readonly ClassFile[], where: string): void {
  if (classNames.length < 2) {
    throw new TreadleError(
      'DATASET_BAD_LAYOUT',
      `Loading images from ${where}: there is only the class ${classNames[0]}; a classifier needs two subfolders at least.`,
    )
  }
  const unknown = test.find(({ className }) => !classNames.includes(className))
  if (!unknown) return
  throw new TreadleError(
    'DATASET_BAD_LAYOUT',
    `Loading images from ${where}: the class of ${unknown.file.path} has no training images; there are ${classNames.join(', ')}.`,
  )
}

function otherFiles(files: readonly DataFile[]): string[] {
  if (files.length === 0) return []
  const [first] = files
  const many =
    files.length === 1
      ? `${first?.path} is left out`
      : `${files.length} files, such as ${first?.path}, are left out`
  return [`${many}: only PNG files in subfolders are read.`]
}
