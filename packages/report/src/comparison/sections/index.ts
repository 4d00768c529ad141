import { classes } from './classes.ts'
import { curves } from './curves.ts'
import { disagreements } from './disagreements.ts'
import { pairs } from './pairs.ts'
import { recipes } from './recipes.ts'
import { runs } from './runs.ts'
import { scores } from './scores.ts'
import type { ComparisonSection } from './section.ts'

/** The sections of a comparison in their order, in every renderer. */
export const comparisonSections: readonly ComparisonSection[] = [
  runs,
  recipes,
  curves,
  scores,
  pairs,
  classes,
  disagreements,
]
