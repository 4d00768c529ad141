/** What a schema says about a field besides its values. It is kept in zod's global registry. */
export interface FieldMetadata {
  /** What the field decides: a phrase without a full stop. */
  readonly description: string
  /** Name of the command's flag without dashes, where it does not follow from the field's own name. */
  readonly flag?: string
  /** One letter for the flag. */
  readonly alias?: string
  /** What stands for the value in help: `N`, `RATE`. */
  readonly valueHint?: string
  /** Of a number: `epochs`, `samples`. */
  readonly unit?: string
  /** Of a group: the field that a bare value stands for, as `optimizer: adam` stands for `optimizer: { name: adam }`. */
  readonly short?: string
  /** The value if the field is absent, where the schema's own default does not show in its JSON Schema. */
  readonly whenAbsent?: unknown
  /** Of a group: a heading for its fields. */
  readonly title?: string
  /** Whether the command takes the field as a word of its own instead of a flag. */
  readonly positional?: boolean
  readonly [other: string]: unknown
}
