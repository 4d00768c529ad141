import { TreadleError } from '@treadle/core'

/** A layer that a format cannot express; `reason` is a clause such as "`padding` = \"same\" divides …". */
export function unsupported(
  format: string,
  layer: { readonly name: string; readonly className: string },
  reason: string,
): TreadleError {
  return new TreadleError(
    'EXPORT_UNSUPPORTED',
    `Exporting to ${format}: layer \`${layer.name}\` (${layer.className}) ${reason}. Choose another format, or export a model without it.`,
  )
}

/** "has `field` = value, which …" */
export function settingReason(field: string, value: unknown, rule: string): string {
  return `has \`${field}\` = ${JSON.stringify(value)}, ${rule}`
}
