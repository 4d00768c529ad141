type Json = unknown

/**
 * A network's topology with a prefix before the name of each layer, in the layers and in the calls that refer to them.
 * @param topology as tfjs saves it
 */
export function renameLayers(topology: Json, prefix: string): Json {
  const names = new Set<string>()
  collect(topology, names)
  const rename = (value: Json): Json =>
    typeof value === 'string' && names.has(value) ? prefix + value : value
  const copy = (value: Json): Json => {
    if (Array.isArray(value)) {
      // A call: [layer, call, output].
      const [name, call] = value as Json[]
      return value.map((item, i) => (i === 0 && typeof call === 'number' ? rename(name) : copy(item)))
    }
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, key === 'name' ? rename(item) : copy(item)]),
    )
  }
  return copy(topology)
}

/** The names of all layers, in nested networks too. */
function collect(value: Json, names: Set<string>): void {
  if (typeof value !== 'object' || value === null) return
  const { class_name: className, config } = value as { class_name?: Json; config?: { name?: Json } }
  if (typeof className === 'string' && typeof config?.name === 'string') names.add(config.name)
  for (const item of Object.values(value)) collect(item as Json, names)
}
