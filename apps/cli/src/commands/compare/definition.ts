import { define } from '../command.ts'

export const definition = define({
  description: 'Compare runs: recipes, curves, test metrics, and where their answers differ.',
  args: {
    run: { type: 'positional', repeats: true, description: 'Two or more run directories' },
    html: { type: 'string', valueHint: 'FILE', description: 'Also write the comparison as one HTML file' },
    markdown: { type: 'string', valueHint: 'FILE', description: 'Also write the comparison as Markdown' },
    force: { type: 'boolean', description: 'Replace files that exist' },
  },
  notes: [
    'Accuracies are compared by McNemar’s test on the same test samples, with p values corrected for the number of pairs ' +
      '(Holm). Runs whose test data differ are not compared pair by pair.',
    'The images on which the runs disagree are in the HTML file if the data are available.',
  ],
  examples: [
    ['treadle compare runs/wide runs/deep', 'two runs in the terminal'],
    ['treadle compare runs/* --html comparison.html', 'all runs of a folder, also as a page'],
    ['treadle compare runs/wide runs/deep --json', 'for a program'],
  ],
})
