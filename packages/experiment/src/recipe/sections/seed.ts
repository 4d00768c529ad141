import * as z from 'zod/mini'

/** A seed of random numbers: 32 bits. */
export const seed = z.int().check(z.gte(0), z.lte(2 ** 32 - 1))
