import { engine, tidy } from '@tensorflow/tfjs-core'
import type { Variable } from '@tensorflow/tfjs-core'
import { LayersModel, Sequential, models } from '@tensorflow/tfjs-layers'
import type { SavedLayer } from '@treadle/keras'
import { badFile } from './model-json.ts'

interface Built {
  model?: LayersModel
  failure?: unknown
}

/**
 * Has tfjs build a network; its weights are zero then. Layers that failed half way, or that lead to no output, would
 * leave their variables behind: all that come in this one synchronous stretch and are none of the model's go again.
 *
 * @throws TreadleError `MODEL_BAD_FILE`
 */
export async function buildNetwork(
  { class_name: className, config }: SavedLayer,
  location: string,
): Promise<LayersModel> {
  const newVariables = watchVariables()
  const built: Built = {}
  let finished: Promise<unknown> | undefined
  tidy(() => {
    finished = models.modelFromJSON(
      { class_name: LOADER, config } as never,
      { [LOADER]: [LOADER, fromConfigInto(built, className)] } as never,
    )
  })
  const model = built.model?.outputs?.length ? built.model : undefined
  const used = new Set(model?.weights.map((weight) => weight.read() as Variable))
  for (const variable of newVariables()) {
    if (!used.has(variable)) variable.dispose()
  }
  const failure: unknown = built.failure ?? (await finished?.catch((error: unknown) => error))
  if (model !== undefined) return model
  const reason = failure instanceof Error ? failure.message : 'it has no outputs'
  throw badFile(location, `TensorFlow.js cannot build its network: ${reason}`, failure)
}

/**
 * Compiles a model with the optimizer, loss and metrics that it was saved with. The optimizer goes when the model is
 * disposed: nobody else knows it, though tfjs would leave its slots behind.
 *
 * @throws TreadleError `MODEL_BAD_FILE`
 */
export function compileAsSaved(model: LayersModel, trainingConfig: object, location: string): void {
  const newVariables = watchVariables()
  try {
    tidy(() => model.loadTrainingConfig(trainingConfig as never))
    ;(model as unknown as { isOptimizerOwned: boolean }).isOptimizerOwned = true
  } catch (cause) {
    for (const variable of newVariables()) variable.dispose()
    throw badFile(
      location,
      `TensorFlow.js cannot compile it as it was trained: ${(cause as Error).message}`,
      cause,
    )
  }
}

const LOADER = 'TreadleLoader'

/**
 * `modelFromJSON` draws every weight at random, which takes longer than reading them; tfjs's own loader has layers
 * start from zeros. That switch is an argument of the classes' `fromConfig`, so we call it in the loader's place.
 */
function fromConfigInto(built: Built, className: string) {
  return (_: unknown, config: never): LayersModel | undefined => {
    try {
      built.model =
        className === 'Sequential'
          ? Sequential.fromConfig<Sequential>(Sequential, config, {}, true)
          : LayersModel.fromConfig<LayersModel>(LayersModel, config, {}, true)
    } catch (failure) {
      built.failure = failure
    }
    return built.model
  }
}

function watchVariables(): () => Variable[] {
  const before = new Set(allVariables())
  return () => allVariables().filter((variable) => !before.has(variable))
}

function allVariables(): Variable[] {
  return Object.values(engine().state.registeredVariables)
}
