import type { ComparisonSection } from './section.ts'

export const recipes: ComparisonSection = {
  id: 'recipes',
  title: 'Recipe differences',
  blocks({ runs, differences }) {
    if (differences.length === 0) return [{ kind: 'prose', text: 'The recipes are equal.' }]
    return [
      {
        kind: 'table',
        title: 'Fields in which the recipes differ',
        columns: [
          { heading: 'field', align: 'left' },
          ...runs.map(({ label }) => ({ heading: label, align: 'right' }) as const),
        ],
        rows: differences.map(({ path, values }) => [path, ...values.map((value) => value ?? '–')]),
      },
    ]
  },
}
