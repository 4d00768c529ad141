/** Values that readers tend to forget. `1e999` stands for a number that JSON reads as infinite. */
const nasty = [
  null, true, false, 0, -0, 1, -1, 2, 3, 0.5, 1.5, -3, 7, 16, 63, 64, 65, 255, 256, 1000, 4096, 65_535, 65_536, 1e5, 1e6,
  2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53, 1e9, 1e12, 1e300, 1e-300, -1e9,
  '', 'x', '0', '-1', 'NaN', '1e999', 'null', '__proto__', 'constructor', 'toString', 'same', 'valid', 'relu', 'softmax',
  'channels_first', 'int32', 'float32', 'a'.repeat(5000), '\u001B[31mred', '=1+1', '../../x',
  [], {}, [null], [0], [[]], [1, 2, 3], [[1, 1], [1, 'x']], [-1, -1], [1e9, 1e9], { class_name: 'L2', config: { l2: 'x' } },
  { class_name: 'TruncatedNormal', config: { mean: 0, stddev: -1 } }, { class_name: 'Orthogonal', config: { gain: 1e9 } },
] // prettier-ignore

/**
 * Changes one value of a JSON document in place: a number a little or much, a value to a nasty one or to another one
 * of the document; or removes, repeats or swaps parts.
 */
export function mutateJson(document, random) {
  const places = placesOf(document)
  if (places.length === 0) return
  const { holder, key } = random.pick(places)
  const value = holder[key]
  switch (random.below(typeof value === 'number' ? 9 : 6)) {
    case 0:
    case 1:
      holder[key] = structuredClone(random.pick(nasty))
      break
    case 2: {
      const other = random.pick(places)
      holder[key] = structuredClone(other.holder[other.key])
      break
    }
    case 3:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      break
    case 4:
      if (Array.isArray(holder)) holder.splice(Number(key), 0, structuredClone(value))
      else holder[random.pick(places).key] = structuredClone(value)
      break
    case 5:
      if (Array.isArray(value)) value.reverse()
      else if (typeof value === 'boolean') holder[key] = !value
      else holder[key] = [value]
      break
    default:
      holder[key] = random.pick([
        value + 1,
        value - 1,
        -value,
        value * 2,
        value / 2,
        value * 1000,
        value + 0.5,
      ])
  }
}

function placesOf(document) {
  const places = []
  const visit = (holder) => {
    if (typeof holder !== 'object' || holder === null) return
    for (const key of Object.keys(holder)) {
      places.push({ holder, key })
      visit(holder[key])
    }
  }
  visit(document)
  return places
}

/** JSON text in which the string "1e999" is a number. */
export function jsonText(document) {
  return JSON.stringify(document).replaceAll('"1e999"', '1e999')
}
