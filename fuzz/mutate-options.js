/** Values that options are not made for: of other types, out of range, endless, deep, or of other realms. */
const nasty = [
  () => null, () => undefined, () => true, () => false, () => 0, () => -0, () => 1, () => -1, () => 2, () => 0.5, () => 1.5, () => 3,
  () => Number.NaN, () => Infinity, () => -Infinity, () => 1e300, () => 1e-300, () => 2 ** 31, () => 2 ** 32, () => 2 ** 53, () => 1e9, () => 100n,
  () => '', () => 'x', () => '1', () => 'auto', () => 'none', () => 'NaN', () => '__proto__', () => 'constructor', () => 'toString', () => 'a'.repeat(100_000), () => '\u001B[31m',
  () => [], () => [null], () => [undefined], () => [0], () => [[]], () => ['a', 'a'], () => Array(5), () => [1, 'x'], () => [Number.NaN, Infinity],
  () => ({}), () => ({ name: 'x' }), () => ({ length: 3 }), () => ({ length: -1 }), () => ({ toString: 5 }),
  () => Object.create(null), () => new Proxy({}, {}), () => new Date(Number.NaN), () => new Map([['a', 1]]), () => new Set([1]), () => Symbol('x'), () => /x/,
  () => () => 5, () => Promise.resolve(1), () => new Uint8Array(3), () => new Float32Array([Number.NaN]), () => new ArrayBuffer(8), () => new Float64Array(0),
  () => new Error('x'), () => AbortSignal.abort(), () => new URL('file:///x'), () => circular(), () => deep(), () => 'x'.repeat(3).split(''),
] // prettier-ignore

/** Names of no option: unlike any, of every object, and of other libraries. */
const strange = ['surelyNoOption', '', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', 'verbose', 'callbacks', 'learning_rate', 'batch_size', 'a'.repeat(1000), 'name ', '\u202Ename'] // prettier-ignore

/**
 * Options with one change: a value of another kind at any depth, a name changed by a letter or unknown, a value moved
 * to another name, or no object at all. Arrays and plain objects are copied, everything else is kept.
 */
export function mutateOptions(options, random) {
  if (random.once(12)) return random.pick(nasty)()
  const copy = copied(options)
  const places = placesOf(copy)
  if (places.length === 0) return { [random.pick(strange)]: random.pick(nasty)() }
  const { holder, key } = random.pick(places)
  switch (random.below(8)) {
    case 0:
      rename(holder, key, random)
      break
    case 1:
      holder[Array.isArray(holder) ? holder.length : random.pick(strange)] = random.pick(nasty)()
      break
    case 2: {
      const other = random.pick(places)
      holder[key] = copied(other.holder[other.key])
      break
    }
    case 3:
      if (Array.isArray(holder)) holder.splice(Number(key), 1)
      else delete holder[key]
      break
    case 4:
      holder[key] = random.pick([
        [holder[key]],
        { value: holder[key] },
        `a ${typeof holder[key]}`,
        () => holder[key],
      ])
      break
    default:
      holder[key] = random.pick(nasty)()
  }
  return copy
}

/** One letter less, one more, or another case. */
function rename(holder, key, random) {
  if (Array.isArray(holder)) return
  const at = random.below(key.length + 1)
  const name = random.pick([key.slice(0, at) + key.slice(at + 1), `${key}s`, key.toUpperCase(), ` ${key}`])
  const value = holder[key]
  delete holder[key]
  holder[name] = value
}

/** Levels of options that are copied and changed. */
const LEVELS = 6

function copied(value, levels = LEVELS) {
  if (levels === 0) return value
  if (Array.isArray(value)) return value.map((inner) => copied(inner, levels - 1))
  if (!isPlain(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copied(inner, levels - 1)]))
}

function placesOf(value, levels = LEVELS) {
  if (levels === 0 || !(Array.isArray(value) || isPlain(value))) return []
  // Nobody builds a runtime of their own, so its parts stay.
  const inner = (key) => (key === 'runtime' ? [] : placesOf(value[key], levels - 1))
  return Object.keys(value).flatMap((key) => [{ holder: value, key }, ...inner(key)])
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}

function circular() {
  const value = { inner: [] }
  value.inner.push(value)
  return value
}

/** Nested deeper than a recursive function can follow. */
function deep() {
  let value = []
  for (let i = 0; i < 20_000; i++) value = [value]
  return value
}
