/** Every how many mutants one is tested: 1 for all of them. */
const step = Number(process.env.MUTATION_EVERY ?? 1)

/**
 * Whether a mutant is tested. Mutants are numbered file by file, so a sample covers all files in proportion.
 * @param {{ id: string }} mutant
 */
export const isSampled = ({ id }) => Number(id) % step === 0
