import type { FieldMetadata } from '@treadle/core'
import type { ModelDefinition } from '@treadle/model/models'
import * as z from 'zod/mini'

const field = <Schema extends z.ZodMiniType>(schema: Schema, metadata: FieldMetadata): Schema => {
  z.globalRegistry.add(schema, { ...metadata })
  return schema
}

const options = z.strictObject({
  base: field(z.string().check(z.minLength(1)), {
    description:
      'Take the layers of a trained model, frozen, and train a new head on the features that they compute. A run, a folder with ' +
      'model.json, or an address',
    valueHint: 'MODEL',
  }),
  baseLayer: field(z._default(z.string(), ''), {
    description:
      'The layer of the base whose output are the features. Without it, the last dense layer is replaced, with what comes after it',
    valueHint: 'NAME',
  }),
  dropout: field(z._default(z.number().check(z.gte(0), z.lt(1)), 0), {
    description: 'Fraction of the features that training drops',
    valueHint: 'FRACTION',
  }),
  unfreeze: field(z._default(z.int().check(z.gte(0)), 0), {
    description:
      'When the head is trained, train this many of the last layers of the base with it. Layers with weights count; ' +
      'BatchNormalization stays frozen',
    valueHint: 'N',
  }),
  fineTuneEpochs: field(z._default(z.int().check(z.gte(1)), 10), {
    description: 'Epochs with the layers of --unfreeze, after those of the head',
    unit: 'epochs',
  }),
  fineTuneLearningRate: field(z._default(z.number().check(z.gt(0)), 0.0001), {
    description: 'Learning rate of these epochs',
  }),
})

/** The options of transfer learning in a recipe. */
export type TransferOptions = z.infer<typeof options>

/** A new head on the layers of a trained model: `model: { name: transfer, base: runs/shapes }`. */
export const transfer: ModelDefinition = {
  name: 'transfer',
  task: 'classification',
  description: 'A new head on the frozen layers of a trained model, its base',
  options,
  // The head learns in a moment, and pictures are few.
  recipe: { training: { epochs: 40, batchSize: 16 } },
  async build({ seed, outputs, ...given }) {
    const [{ openBase }, { buildTransfer }] = await Promise.all([
      import('./open-base.ts'),
      import('./build-transfer.ts'),
    ])
    const chosen = options.parse(given)
    const base = await openBase(chosen.base)
    try {
      return await buildTransfer(base, chosen, { seed, outputs })
    } finally {
      base.model.dispose()
    }
  },
}

/** What a recipe says of transfer learning; undefined for a recipe without a base. */
export function transferOf({
  model,
}: {
  readonly model: { readonly name: string }
}): TransferOptions | undefined {
  return model.name === transfer.name ? (model as unknown as TransferOptions) : undefined
}
