import { TreadleError } from '@treadle/core'
import type { DataFile } from '../../data-file.ts'
import { many, some } from '../../findings.ts'
import { type Layout, classNamesOf, inParts, mayBeImage } from './picture-list.ts'

/** A class, then a number: `cat.12.jpg`, `cat_12.png`, `cat (12).png`. */
const CLASS_AND_NUMBER = /^(.*?\D)[ ._-]*\(?\d+\)?\.[^.]+$/

/** One folder of images whose names hold the class, by default before a number. */
export const fileNames: Layout = {
  name: 'file names',
  read(files, { pattern, findings, where }) {
    const images = files.filter(mayBeImage)
    if (images.length === 0) return undefined
    const expression = pattern === undefined ? CLASS_AND_NUMBER : expressionOf(pattern)
    const classOf = ({ path }: DataFile) => {
      const name = pattern?.includes('/') ? path : path.slice(path.lastIndexOf('/') + 1)
      return expression.exec(name)?.[1]?.replace(/[ ._-]+$/, '')
    }
    const pictures = images.flatMap((file) => {
      const className = classOf(file)
      return className ? [{ file, className, split: undefined }] : []
    })
    const others = images.filter((file) => !classOf(file))
    const names = classNamesOf(pictures)
    if (names.length < 2) {
      if (pattern === undefined) return undefined
      throw new TreadleError(
        'DATASET_BAD_LAYOUT',
        `Loading images from ${where}: by the pattern ${pattern} the names of ${images.length} files give ${names.length === 0 ? 'no class' : `only the class ${names[0]}`}, such as ${images[0]?.path}. Give another \`pattern\` (--pattern).`,
      )
    }
    findings.note(
      'DATASET_NAME_PATTERN',
      `Classes are read from file names, such as ${pictures[0]?.className} from ${pictures[0]?.file.path}: ${some(names, 20)}.`,
    )
    if (others.length > 0) {
      findings.warn(
        'DATASET_LEFT_OUT',
        `${many(others.length, 'image', ['is', 'are'])} not used, because the name holds no class, such as ${others[0]?.path}.`,
        others.map(({ path }) => ({ name: path })),
      )
    }
    return { classNames: names, ...inParts(pictures) }
  },
}

/** `{class}` stands for the class, `*` for any text. */
function expressionOf(pattern: string): RegExp {
  if (pattern.split('{class}').length !== 2) {
    throw new TreadleError(
      'DATASET_BAD_OPTION',
      `Loading images: \`pattern\` (=${pattern}) must hold {class} once, and may hold *, as in {class}_*.png (--pattern).`,
    )
  }
  const [before = '', after = ''] = pattern.split('{class}')
  return new RegExp(`^${literal(before)}(.+?)${literal(after)}$`)
}

/** An expression for text in which `*` stands for any other. */
const literal = (text: string): string =>
  text
    .split('*')
    .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
    .join('.*?')
