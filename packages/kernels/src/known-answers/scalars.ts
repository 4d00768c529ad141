/** The operands of an example that are no addresses. */
export type ExampleScalars = Readonly<Record<string, number>>
