import { type Shape, TreadleError, checkArgument } from '@treadle/core'

const CODE = 'REPORT_BAD_INPUT'

/** Throws `REPORT_BAD_INPUT`: `operation` names the function; `problem` gives the value met and the rule. */
export function refuse(operation: string, problem: string): never {
  throw new TreadleError(CODE, `${operation}: ${problem}`)
}

/** Throws `REPORT_BAD_INPUT` for an argument of another shape: see `checkArgument`. */
export function checkShape(operation: string, name: string, value: unknown, shape: Shape): void {
  checkArgument(operation, name, value, shape, CODE)
}
