import {
  type DataFinding,
  type Dataset,
  type ImageDataset,
  type LabelledImages,
  TreadleError,
} from '@treadle/core'
import { selectSamples } from '@treadle/dataset'

/**
 * The test images of other data with the labels of a trained model. Classes are matched by name, in any order; a name
 * that cannot be a folder's is also matched with `/` and the like replaced. Images of other classes are left out.
 *
 * @param names of the trained classes, in the order of the labels
 * @param mapping for other names: those of the data, each with the trained class it means
 * @throws TreadleError `EXPERIMENT_OTHER_CLASSES` if no class matches, or if `mapping` names a class that neither has
 */
export function withClassesOf<Data extends Dataset>(
  data: Data,
  names: readonly string[],
  mapping: ReadonlyMap<string, string> = new Map(),
): Data | ImageDataset {
  if (!('classNames' in data)) {
    if (data.targetNames.join('\n') === names.join('\n')) return data
    throw otherClasses(data.name, data.targetNames, names)
  }
  checkMapping(data, names, mapping)
  const found = data.classNames
  const target = found.map((name) => names.indexOf(matching(mapping.get(name) ?? name, names) ?? ''))
  const numbers = target.every((label) => label < 0) && found.every((name) => /^\d+$/.test(name))
  // Arrays give labels without names.
  const labels = numbers ? found.map((name) => (Number(name) < names.length ? Number(name) : -1)) : target
  if (labels.every((label) => label < 0)) throw otherClasses(data.name, found, names)
  const test = relabelled(data.test, labels)
  const findings = [...(data.findings ?? []), ...findingsOf({ found, labels, names, numbers, data, test })]
  const { validation: _, ...rest } = data
  return { ...rest, train: relabelled(data.train, labels), test, classNames: names, findings }
}

interface Match {
  readonly found: readonly string[]
  /** The trained label of each class found; −1 for none. */
  readonly labels: readonly number[]
  readonly names: readonly string[]
  readonly numbers: boolean
  readonly data: ImageDataset
  readonly test: LabelledImages
}

function findingsOf({ found, labels, names, numbers, data, test }: Match): DataFinding[] {
  const findings: DataFinding[] = []
  const warn = (code: string, message: string) => findings.push({ code, level: 'warning', message })
  if (numbers)
    findings.push({
      code: 'EXPERIMENT_CLASSES_BY_NUMBER',
      level: 'note',
      message: `${data.name} has labels without names; label 0 is taken for ${names[0]}, and so on.`,
    })
  const others = found.filter((_, index) => (labels[index] as number) < 0)
  if (others.length > 0)
    warn(
      'EXPERIMENT_CLASSES_LEFT_OUT',
      `The model does not know ${others.join(', ')}: ${data.test.count - test.count} of ${data.test.count} images are left out. A file of names (--map) can say which class is meant.`,
    )
  const missing = names.filter((_, label) => !test.labels.includes(label))
  if (missing.length > 0)
    warn('EXPERIMENT_CLASSES_MISSING', `${data.name} has no images of ${missing.join(', ')}.`)
  return findings
}

/** The trained class that a name means: the same, or the same but for case and for letters that folders cannot hold. */
function matching(name: string, names: readonly string[]): string | undefined {
  if (names.includes(name)) return name
  const close = names.filter((each) => plain(each) === plain(name))
  return close.length === 1 && plain(name) !== '' ? close[0] : undefined
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

function relabelled(part: LabelledImages, labels: readonly number[]): LabelledImages {
  const kept = [...part.labels.keys()].filter((sample) => (labels[part.labels[sample] as number] ?? -1) >= 0)
  const selected = kept.length === part.count ? part : selectSamples(part, kept)
  return { ...selected, labels: selected.labels.map((label) => labels[label] as number) }
}

function checkMapping(
  { classNames, name }: ImageDataset,
  names: readonly string[],
  mapping: ReadonlyMap<string, string>,
): void {
  for (const [from, to] of mapping) {
    const unknown = !classNames.includes(from)
      ? `${name} has no class ${from}: it has ${classNames.join(', ')}`
      : matching(to, names) === undefined
        ? `the model has no class ${to}: it has ${names.join(', ')}`
        : undefined
    if (unknown !== undefined)
      throw new TreadleError('EXPERIMENT_OTHER_CLASSES', `Mapping ${from} to ${to}: ${unknown}.`)
  }
}

function otherClasses(name: string, found: readonly string[], names: readonly string[]): TreadleError {
  return new TreadleError(
    'EXPERIMENT_OTHER_CLASSES',
    `The model predicts ${names.join(', ')}, but ${name} has ${found.join(', ')}. Choose data with these classes, or say in a file which class each name means (--map).`,
  )
}
