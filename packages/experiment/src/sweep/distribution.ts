import * as z from 'zod/mini'

const positive = z.int().check(z.gte(1))
const bounds = z.tuple([z.number(), z.number()])
const scalar = z.union([z.string(), z.number(), z.boolean()])

const when = z.exactOptional(z.record(z.string(), z.union([scalar, z.array(scalar).check(z.minLength(1))])))
const points = z.exactOptional(positive)

/** The values that a field of the recipe may take. Exactly one of the first fields of each form says how. */
export const distribution = z.union(
  [
    z.strictObject({ choice: z.array(z.json()).check(z.minLength(1), z.maxLength(1000)), when }),
    z.strictObject({ uniform: bounds, points, when }),
    z.strictObject({ logUniform: bounds, points, when }),
    z.strictObject({ int: z.tuple([z.int(), z.int()]), step: z.exactOptional(positive), when }),
    z.strictObject({ logInt: z.tuple([positive, positive]), points, when }),
  ],
  'must have one of choice, uniform, logUniform, int, logInt.',
)
export type Distribution = z.infer<typeof distribution>
