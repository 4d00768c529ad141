import { classes } from './classes.ts'
import { confusion } from './confusion.ts'
import { data } from './data.ts'
import { mistakes } from './mistakes.ts'
import { network } from './network.ts'
import { predictions } from './predictions.ts'
import { reliability } from './reliability.ts'
import { repetition } from './repetition.ts'
import { scores } from './scores.ts'
import type { SectionDefinition } from './section.ts'
import { training } from './training.ts'

/** The sections of a report in their order, in every renderer and on the page. */
export const sections: readonly SectionDefinition[] = [
  data,
  network,
  training,
  scores,
  confusion,
  classes,
  mistakes,
  reliability,
  predictions,
  repetition,
]
