export interface OptionCall {
  /** Valid options with many fields. */
  readonly options: Readonly<Record<string, unknown>>
  readonly call: (options: unknown) => unknown
}

export function optionCalls(packages: {
  treadle(name: string): Promise<any>
}): Promise<Record<string, OptionCall>>
