import * as z from 'zod/mini'
import { field, group } from './field.ts'
import { seed } from './seed.ts'

const split = z.strictObject({
  split: field(z.number().check(z.gt(0), z.lt(1)), {
    description:
      'Validate on this fraction of the training samples: of image files a part of each class, chosen by the seed; else the last samples',
    flag: 'validation-split',
    valueHint: 'FRACTION',
  }),
})

const oneOrThree = z.refine<number>((value) => value !== 2, { error: 'must be auto, 1 or 3' })

const oneFold = z.refine<string>(
  (text) => {
    const [, fold, folds] = /^([1-9]\d{0,5})\/([1-9]\d{0,5})$/.exec(text) ?? []
    return text === '' || Number(fold) <= Number(folds)
  },
  { error: 'must be FOLD/FOLDS, such as 2/5 for the second of five' },
)

/** The data set, how its images are prepared, and what each epoch is validated on. */
export const data = group(
  z.strictObject({
    name: field(z._default(z.string().check(z.minLength(1)), 'auto'), {
      description:
        'auto: Fashion-MNIST from the cache, the system or a download, else the embedded sample. ' +
        'PATH: a folder of IDX files, or with a subfolder of image files for each class; or a zip or tar archive of such a folder',
      valueHint: 'auto|sample|DIR|california-housing',
    }),
    validation: field(z._default(z.union([z.enum(['test', 'none', 'auto']), split]), 'test'), {
      description:
        'Samples that each epoch is validated on: none; test: the validation samples of data that have some, else the test ' +
        'samples; auto: the validation samples of data that have some, else a tenth of the training samples',
      short: 'split',
    }),
    size: field(z._default(z.union([z.literal('auto'), z.int().check(z.gte(1), z.lte(8192))]), 'auto'), {
      description: 'Fit every image to a square of this side. auto: the size that all images have',
      unit: 'pixels',
    }),
    channels: field(
      z._default(z.union([z.literal('auto'), z.int().check(z.gte(1), z.lte(3), oneOrThree)]), 'auto'),
      { description: '1: grey. 3: RGB. auto: RGB if any image has a colour', valueHint: 'auto|1|3' },
    ),
    fit: field(z._default(z.enum(['crop', 'pad', 'stretch']), 'crop'), {
      description:
        'How an image of other proportions is fitted: crop its edges, pad it with the background if one is given and else ' +
        'with the colour of its border, or stretch it',
    }),
    background: field(z._default(z.string().check(z.regex(/^(auto|black|white|#[0-9a-fA-F]{6})$/)), 'auto'), {
      description:
        'What is behind transparent pixels. auto: white for images that are dark on average, else black',
      valueHint: 'auto|black|white|#RRGGBB',
    }),
    invert: field(z._default(z.boolean(), false), { description: 'Invert the brightness of every image' }),
    trim: field(z._default(z.boolean(), false), {
      description: 'Remove margins of one colour from every image before it is fitted',
    }),
    classes: field(z._default(z.array(z.string().check(z.minLength(1))), []), {
      description: 'The classes in the order of the labels; images of other classes are left out',
      valueHint: 'NAME,NAME,…',
    }),
    testSplit: field(z._default(z.number().check(z.gt(0), z.lt(1)), 0.2), {
      description:
        'Test on this fraction of each class, chosen by the seed, if the data have no test samples of their own',
      valueHint: 'FRACTION',
    }),
    fold: field(z._default(z.string().check(oneFold), ''), {
      description:
        'Test on one of several folds of the training samples, such as 2/5, and train on the others; the test samples are ' +
        'put aside. The seed decides the folds, which have equal shares of each class',
      valueHint: 'FOLD/FOLDS',
    }),
    splitSeed: field(z._default(z.union([z.literal('auto'), seed]), 'auto'), {
      description:
        'Seed that chooses test samples, validation samples and folds. auto: the seed of training. With a number, runs with ' +
        'several seeds have the same samples',
      valueHint: 'auto|N',
    }),
    prefix: field(z._default(z.string(), ''), {
      description: 'Of several sets of files in one folder, the one whose names begin with this',
    }),
    pattern: field(z._default(z.string(), ''), {
      description: 'Where the class stands in the names of image files, as in {class}_*.png',
    }),
    labelOffset: field(z._default(z.int(), 0), {
      description: 'Subtract this from each label: 1 for labels that begin with 1',
    }),
    strict: field(z._default(z.boolean(), false), {
      description: 'Make a file that cannot be read an error instead of leaving it out',
    }),
    memory: field(z._default(z.string().check(z.regex(/^(\d+(\.\d+)? ?([kKmMgG]?i?[bB])?)?$/)), ''), {
      description:
        'The most that image files may take in memory when they are decoded, such as 200MB. Larger sets are read from the ' +
        'cache in parts, with the same result',
      valueHint: 'BYTES',
    }),
    cache: field(z._default(z.boolean(), true), { description: 'Use the cache of decoded image files' }),
  }),
  {},
  { description: 'The data set', short: 'name', title: 'Data' },
)
