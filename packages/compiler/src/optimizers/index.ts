import { adamWRule } from './adam-w.ts'
import { adamRule } from './adam.ts'
import { fail, type OptimizerRule } from './optimizer.ts'
import { sgdRule } from './sgd.ts'

/** The optimizers there are, by name. */
const rules = { sgd: sgdRule, adam: adamRule, adamW: adamWRule }

type OptimizerOf<Rule> = Rule extends OptimizerRule<infer T> ? T : never

/** An optimizer as plain data: what `sgd()`, `adam()` and `adamW()` return. */
export type Optimizer = OptimizerOf<(typeof rules)[keyof typeof rules]>

/** @throws TreadleError `TRAINER_BAD_OPTIMIZER` for a name that is none of them */
export function ruleOf({ name }: Optimizer): OptimizerRule<Optimizer> {
  if (Object.hasOwn(rules, name)) return rules[name]
  throw fail(`there is no optimizer '${name}'; there are ${Object.keys(rules).join(', ')}.`)
}

/** The optimizer's memory for each trainable weight, by Keras's names. */
export function slotNames(optimizer: Optimizer): readonly string[] {
  return ruleOf(optimizer).slots(optimizer)
}
