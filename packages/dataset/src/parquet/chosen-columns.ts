import type { FileMetaData, SchemaElement, SchemaTree } from 'hyparquet'

/** A column of values: the path to it, and how many of its levels may be missing. */
export interface Leaf {
  readonly path: readonly string[]
  readonly element: SchemaElement
  readonly optional: number
}

/** The only values of a column: those of a struct's `bytes`, or its own. */
export function leafOf({ element, children, path }: SchemaTree): Leaf | undefined {
  const inner = children.find((child) => child.element.name === 'bytes')
  if (children.length === 0) return leaf(path, [element])
  return inner?.children.length === 0 ? leaf(inner.path, [element, inner.element]) : undefined
}

function leaf(path: readonly string[], elements: readonly SchemaElement[]): Leaf | undefined {
  const last = elements.at(-1)
  if (last?.type === undefined || elements.some(({ repetition_type: kind }) => kind === 'REPEATED'))
    return undefined
  return {
    path,
    element: last,
    optional: elements.filter(({ repetition_type: kind }) => kind !== 'REQUIRED').length,
  }
}

/**
 * The description of a file as if it had only these columns: hyparquet reads whole structs, with all that is in them.
 * Bytes are left as they are.
 * @throws Error if a row group does not have each column once
 */
export function onlyColumns(
  metadata: FileMetaData,
  columns: readonly SchemaTree[],
  leaves: readonly Leaf[],
): FileMetaData {
  const paths = leaves.map(({ path }) => path.join('.'))
  const schema = columns.flatMap(({ element }, i): SchemaElement[] => {
    const { element: values, path } = leaves[i] as Leaf
    const plain = values.type === 'BYTE_ARRAY' ? bytesOf(values) : values
    return path.length === 1
      ? [plain]
      : [{ name: element.name, num_children: 1, ...repetition(element) }, plain]
  })
  const row_groups = metadata.row_groups.map((group) => {
    const chosen = paths.map((path) =>
      group.columns.filter((column) => column.meta_data?.path_in_schema.join('.') === path),
    )
    if (chosen.some((found) => found.length !== 1))
      throw new Error('a row group does not have each column once')
    return { ...group, columns: chosen.flat() }
  })
  return { ...metadata, schema: [{ name: 'schema', num_children: columns.length }, ...schema], row_groups }
}

const bytesOf = (element: SchemaElement): SchemaElement => ({
  name: element.name,
  type: 'BYTE_ARRAY',
  ...repetition(element),
})

const repetition = ({ repetition_type: kind }: SchemaElement) => (kind ? { repetition_type: kind } : {})
