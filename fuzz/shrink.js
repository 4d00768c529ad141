/**
 * Leaves out changes of a failing plan as long as it still fails.
 * @param {(plan: object) => Promise<object>} attempt
 */
export async function shrink(plan, attempt) {
  let smallest = plan
  for (let i = smallest.changes.length - 1; i >= 0; i--) {
    const fewer = { ...smallest, changes: smallest.changes.filter((_, at) => at !== i) }
    if ((await attempt(fewer)).status === 'finding') smallest = fewer
  }
  return smallest
}
