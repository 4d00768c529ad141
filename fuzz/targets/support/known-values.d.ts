/** Values that the public functions take: data, a model with its files, reports. */
export function knownValues(packages: { treadle(name: string): Promise<any> }): Promise<any>
