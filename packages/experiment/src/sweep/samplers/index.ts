import { grid } from './grid.ts'
import { halton } from './halton.ts'
import { random } from './random.ts'
import type { Sampler } from './sampler.ts'
import { tpe } from './tpe.ts'

/** The samplers by name. A new one is one file and one entry here. */
export const samplers: Readonly<Record<string, Sampler>> = { random, halton, grid, tpe }
