/** A layer's configuration as tfjs gives it: `layer.getConfig()`, with names in camel case. */
export type Fields = Readonly<Record<string, unknown>>
