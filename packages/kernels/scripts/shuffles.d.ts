export function refuseShuffles(name: string, binary: Uint8Array): void
