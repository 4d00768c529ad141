import { TreadleError } from '@treadle/core'

/** Throws `REPORT_BAD_INPUT`: `operation` names the function; `problem` gives the value met and the rule. */
export function refuse(operation: string, problem: string): never {
  throw new TreadleError('REPORT_BAD_INPUT', `${operation}: ${problem}`)
}
