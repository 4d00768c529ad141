import { TreadleError } from '@treadle/core'
import type { DataFile } from '../../data-file.ts'
import { many, some } from '../../findings.ts'
import {
  type Layout,
  type LayoutContext,
  classNamesOf,
  inParts,
  mayBeImage,
  splitNamed,
} from './picture-list.ts'

/** A folder for each class: `class/image.png`, or `train/class/image.png` with `test/` and `val/` or `valid/`. */
export const classFolders: Layout = {
  name: 'class folders',
  read(files, context) {
    const images = files.filter((file) => file.path.includes('/') && mayBeImage(file))
    if (images.length === 0) return undefined
    const { where, findings } = context
    const others = files.filter((file) => !images.includes(file))
    if (others.length > 0) {
      findings.warn(
        'DATASET_LEFT_OUT',
        `${many(others.length, 'file', ['is', 'are'])} not used, such as ${others[0]?.path}: only images in subfolders are read.`,
        others.map(({ path }) => ({ name: path })),
      )
    }
    const splits = new Map(images.map((file) => [file, splitOf(file.path)]))
    const has = (split: string) => [...splits.values()].includes(split as 'whole')
    const odd = images.find((file) => {
      const split = splits.get(file)
      return (
        split === 'none' || (has('train') ? split === 'whole' : split === 'test' || split === 'validation')
      )
    })
    if (odd) throw badLayout(where, odd)
    const pictures = images.map((file) => {
      const split = splits.get(file)
      return {
        file,
        className: file.path.split('/').at(-2) as string,
        split: split === 'whole' || split === 'none' ? undefined : split,
      }
    })
    const parts = inParts(pictures)
    sayEmpty(context, has('train'))
    return { classNames: classNamesOf(parts.train), ...parts }
  },
}

/** The split that the path names; `whole` where it names none, `none` where the path fits no layout. */
function splitOf(path: string): 'train' | 'test' | 'validation' | 'whole' | 'none' {
  const parts = path.split('/')
  if (parts.length === 2) return 'whole'
  return (parts.length === 3 && splitNamed(parts[0] as string)) || 'none'
}

/** Classes that are an empty folder. */
function sayEmpty({ emptyFolders, findings }: LayoutContext, splits: boolean): void {
  const empty = emptyFolders.filter((path) => path.split('/').length === (splits ? 2 : 1))
  if (empty.length === 0) return
  findings.warn(
    'DATASET_EMPTY_CLASS',
    `${many(empty.length, 'class folder', ['is', 'are'])} empty, so the network does not learn the class: ${some(empty, 10)}.`,
    empty.map((name) => ({ name })),
  )
}

function badLayout(where: string, { path }: DataFile): TreadleError {
  return new TreadleError(
    'DATASET_BAD_LAYOUT',
    `Loading images from ${where}: ${path} does not fit the layout. Use one subfolder for each class, either all directly in the folder or all inside train and test (and val).`,
  )
}
