import { recipeArgs } from './recipe-args.ts'

/** Flags that choose samples of the data, and say how they are kept. */
const choosing = ['prefix', 'pattern', 'label-offset', 'strict', 'memory', 'no-cache']

/** Flags that decide how images are prepared, and what is tested. */
const preparing = ['size', 'channels', 'fit', 'background', 'invert', 'trim', 'classes', 'test-split']

/** The flags of a recipe's data: all of them, or those that do not change what a trained model needs. */
export const dataArgs = () => recipeArgs([...preparing, ...choosing])
export const choosingArgs = () => recipeArgs(choosing)
