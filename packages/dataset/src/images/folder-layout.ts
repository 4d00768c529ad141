import { TreadleError } from '@treadle/core'
import type { DataFile } from '../data-file.ts'

/** An image file and the class that its folder names. */
export interface ClassFile {
  readonly file: DataFile
  readonly className: string
}

/** The contents of a tree of image folders. `test` is undefined where there is no folder of test images. */
export interface FolderLayout {
  readonly classNames: readonly string[]
  readonly train: readonly ClassFile[]
  readonly test: readonly ClassFile[] | undefined
  /** Sentences about files that are not used. */
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

/** Files and folders that a system hides or leaves. Cameras write names that begin with `_`. */
const hidden = /(^|\/)(\.|__MACOSX\/)/

/** Names of image files. Their content decides the format. */
const imageName = /\.(png|jpe?g|jfif|webp|gif|bmp)$/i

/**
 * Derives the layout from the paths: `class/image.png`, or `train/class/image.png` with `test/` or `val/`.
 * Hidden files are ignored.
 * @throws TreadleError `DATASET_NOT_FOUND`, `DATASET_BAD_LAYOUT`
 */
export function readLayout(files: readonly DataFile[], where: string): FolderLayout {
  const visible = files.filter(({ path }) => !hidden.test(path))
  const images = visible.filter(({ path }) => imageName.test(path) && path.includes('/'))
  const leftOut = otherFiles(visible.filter((file) => !images.includes(file)))
  if (images.length === 0) {
    throw new TreadleError(
      'DATASET_NOT_FOUND',
      `Loading images from ${where}: there are no images in subfolders. Create a subfolder for each class, optionally inside train and test. ${leftOut.join(' ')}`.trim(),
    )
  }
  const of = (split: string) => images.filter(({ path }) => splitOf(path) === split)
  const [whole, train, test, validation] = [of('whole'), of('train'), of('test'), of('validation')]
  const odd = of('none')[0] ?? (train.length > 0 ? whole[0] : [...test, ...validation][0])
  if (odd) {
    throw new TreadleError(
      'DATASET_BAD_LAYOUT',
      `Loading images from ${where}: ${odd.path} does not fit the layout. Use one subfolder for each class, either all directly in the folder or all inside train and test (or val).`,
    )
  }
  const trained = classed(train.length > 0 ? train : whole)
  const held = test.length > 0 ? test : validation
  const classNames = [...new Set(trained.map(({ className }) => className))].sort()
  const tested = held.length > 0 ? classed(held) : undefined
  checkClasses(classNames, tested ?? [], where)
  if (test.length > 0 && validation.length > 0) {
    const many =
      validation.length === 1 ? '1 validation image is' : `${validation.length} validation images are`
    leftOut.push(`${many} not used, because there are test images.`)
  }
  return { classNames, train: trained, test: tested, leftOut }
}

/** The split that the path names; `whole` where it names none, `none` where the path fits no layout. */
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
      `Loading images from ${where}: there is only the class ${classNames[0]}; a classifier needs at least two classes, each in a subfolder.`,
    )
  }
  const unknown = test.find(({ className }) => !classNames.includes(className))
  if (!unknown) return
  throw new TreadleError(
    'DATASET_BAD_LAYOUT',
    `Loading images from ${where}: the class of ${unknown.file.path} has no training images. Classes with training images: ${classNames.join(', ')}.`,
  )
}

function otherFiles(files: readonly DataFile[]): string[] {
  if (files.length === 0) return []
  const [first] = files
  const many =
    files.length === 1
      ? `${first?.path} is not used`
      : `${files.length} files, such as ${first?.path}, are not used`
  return [`${many}: only images (PNG, JPEG, WebP, GIF, BMP) in subfolders are read.`]
}
