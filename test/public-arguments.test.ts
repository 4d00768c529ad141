import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { knownValues } from '../fuzz/targets/support/known-values.js'
import { argumentCalls, type ArgumentCall } from './support/argument-calls.ts'
import { packageEntries } from './support/package-entries.ts'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const treadle = (name: string): Promise<any> =>
  import(/* @vite-ignore */ pathToFileURL(`${packages}${name}/dist/index.js`).href)

const entry = (file: string): Promise<any> =>
  import(/* @vite-ignore */ pathToFileURL(`${packages}${file}`).href)
const calls = await argumentCalls(await knownValues({ treadle }), {
  decoders: await entry('image/dist/decoders.js'),
  recipes: await entry('experiment/dist/recipe.js'),
})
const { isTreadleError } = await treadle('core')
afterAll(async () => {
  const { activeRuntime } = await treadle('runtime')
  await activeRuntime()?.dispose()
})

const bad: Readonly<Record<string, unknown>> = {
  undefined: undefined,
  null: null,
  five: 5,
  negative: -1,
  NaN: Number.NaN,
  text: 'x',
  true: true,
  bigint: 1n,
  function: () => {},
  object: {},
  empty: [],
  objects: [{}],
  nulls: [null, null],
  Map: new Map(),
  Date: new Date(0),
  promise: Promise.resolve({}),
  bytes: new Uint8Array(3),
}

/** Whether a bad value is of the type that is needed; then only its value may be wrong. */
function isAlike(value: unknown, good: unknown): boolean {
  return isList(good) ? isList(value) : typeof good !== 'object' && typeof value === typeof good
}

const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value)

/** Exports that are no functions for users, and why. See "What is checked where" in ARCHITECTURE.md. */
const plumbing: readonly (readonly [names: RegExp, why: string])[] = [
  [/^(core|kernels|compiler|keras|optim)(\/|\.)/, 'packages that only other packages of Treadle call'],
  [/Error$/, 'classes of errors'],
  [/^image\.(bytesOf|pictureValuesOf|colourText)$/, 'take any value, and give undefined for one that they do not know'],
  [/^image\/decoders\.declaredPixels$/, 'reads bytes that its callers have checked'],
  [/^experiment\/sweep\./, 'a schema checks a sweep, and the functions check its folder'],
  [/^(experiment\/recipe\.parseRecipe|model\/(classifier|compiled)\.Classifier|model\/training-statistics\.trainingStatistics)$/, 'also offered by the main entry point, or the same checks'],
  [/^image\.luma$/, 'one pixel'],
  [/^image\/views\./, 'between packages: `evaluate`, `predict` and `Classifier` pass an option and images that are checked'],
  [/^queue\./, 'a server: see packages/queue/src/arguments.test.ts'],
  [/^experiment\.validationWeights$/, 'checks runs and data, and `predict` checks the models'],
  [/^metrics\.checkReport$|^runtime\.check(Runtime|WideSimd)$/, 'are checks'],
  [/^runtime\.startPool$/, '`startRuntime` and `kernelHost` check what it takes'],
  [/^(runtime\.(activeRuntime|inspectRuntime)|experiment\.(memoryStore|versions))$/, 'take nothing'],
  [/^experiment\/recipe\.(fieldAt|recipe(Fields|Flags|JsonSchema|Table)|shellWord|valueAt|readRecipeText)$/, 'take nothing, or paths and texts of the command and the page'],
  [/^model\.completePreprocessing$/, 'between packages: what a file says of its images, and the shape of a network'],
  [/^experiment\.(assertFree|buildModel|compareSnapshots|comparableBaseline|dataOptions|datasetRecord|heldBackSamples|historyOf|holdOutFold|isFullFashionMnist|loadRunData|lossOption|modelDefinition|modelMetadata|rateTest(Figure|Report)|startRuntimeFor|toRunReport|unlikeBaseline|withClassesOf)$/, 'steps of `runRecipe` for the command and the page: they take what a schema has checked'],
  [/^report\.(cellStrength|cellWords|dataSection|describeConfusion|preprocessingText|threeDigits|renderBlock|sampleI(mages|ndices))$|^trainer\.augmentSamples$/, 'parts of a report for the page'],
] // prettier-ignore

/** Functions whose only argument is options: `public-options.test.ts` calls them. */
const ofOptions =
  /^dataset\.(fetchFashionMnist|imagesFromArrays|load(CaliforniaHousing|FashionMnist|IdxFolder|Images))$|^model\.wideAndDeep|^runtime\.startRuntime$|^trainer\.(ada|constant|cosine|exponential|lion|muon|nadam|one|piecewise|polynomial|rmsprop|sgd|step)|^experiment\.(resumeRun|openRun)$|^experiment\/loggers|^trainer(\/augmentation)?\.(brightness|contrast|cutmix|cutout|erase|flip|mixup|mixesImages|noise|rotate|shear|shift|translate|zoom|augmentationList)$/

const called = (name: string) => Object.keys(calls).some((one) => one === name || one.startsWith(`${name}.`))

test('every exported function is called below, or is named here with a reason', async () => {
  const found: string[] = []
  for (const { folder, entry: name, file } of packageEntries) {
    const [, , subpath] = name.split('/')
    const module = await import(/* @vite-ignore */ pathToFileURL(file.replace(/\.d\.ts$/, '.js')).href)
    for (const [key, value] of Object.entries(module))
      if (typeof value === 'function') found.push(`${folder}${subpath ? `/${subpath}` : ''}.${key}`)
  }
  const left = (name: string) => ofOptions.test(name) || plumbing.some(([names]) => names.test(name))
  expect(found.filter((name) => !called(name) && !left(name))).toEqual([])
  expect(found.filter((name) => called(name) && left(name))).toEqual([])
  expect(plumbing.filter(([names]) => !found.some((name) => names.test(name)))).toEqual([])
})

test.each(Object.entries(calls))('%s takes its arguments, and no others', async (_, one) => {
  await one.call(...one.values)
  expect(await wrongAnswers(one)).toEqual([])
})

/** The calls with one bad argument that end otherwise than with an error of Treadle. */
async function wrongAnswers({ call, values, takes }: ArgumentCall): Promise<string[]> {
  const wrong: string[] = []
  for (const position of values.keys()) {
    for (const [name, value] of Object.entries(bad)) {
      const what = `argument ${position}: ${name}`
      try {
        await call(...values.with(position, value))
        if (!takes.includes(name) && !isAlike(value, values[position])) wrong.push(`${what} is taken`)
      } catch (error) {
        if (!isTreadleError(error)) wrong.push(`${what}: ${String(error)}`)
      }
    }
  }
  return wrong
}
