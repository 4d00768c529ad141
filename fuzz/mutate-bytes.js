/** Changes bytes: flips, sets, removes, repeats or inserts some. Returns the new array. */
export function mutateBytes(bytes, random) {
  if (bytes.length === 0) return Uint8Array.of(random.below(256))
  const at = random.below(bytes.length)
  const length = 1 + random.below(random.once(4) ? 64 : 4)
  switch (random.below(6)) {
    case 0:
      return changed(bytes, (copy) => (copy[at] ^= 1 << random.below(8)))
    case 1:
      return changed(bytes, (copy) => (copy[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)])))
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length))
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at))
    case 4:
      return joined(
        bytes.subarray(0, at),
        Uint8Array.from({ length }, () => random.below(256)),
        bytes.subarray(at),
      )
    default:
      return bytes.slice(0, at)
  }
}

function changed(bytes, change) {
  const copy = bytes.slice()
  change(copy)
  return copy
}

export function joined(...parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
