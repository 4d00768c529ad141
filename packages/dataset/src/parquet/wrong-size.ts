/** What is thrown where a page has more or fewer bytes than it states. */
export const wrongSize = (size: number): Error =>
  new Error(`a page does not have the ${size} bytes that it states`)
