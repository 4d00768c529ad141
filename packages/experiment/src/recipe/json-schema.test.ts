import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { recipeJsonSchema } from './json-schema.ts'

const accepts = new Ajv2020({ strict: true, strictTypes: false }).compile(recipeJsonSchema())

test.each([
  [{ model: 'wide-and-deep' }],
  [{ model: 'wide-and-deep', data: 'sample', optimizer: 'sgd', earlyStopping: 3 }],
  [{ model: { name: 'wide-and-deep', dropout: 0.2 }, data: { name: 'auto', validation: { split: 0.1 } } }],
  [{ model: 'wide-and-deep', data: { validation: 0.1 }, earlyStopping: false }],
  [{ model: 'wide-and-deep', optimizer: { learningRate: 0.003 }, classWeight: { Shirt: 2 } }],
])('editors accept %j', (recipe) => {
  expect(accepts(recipe), JSON.stringify(accepts.errors)).toBe(true)
})

test.each([
  [{}],
  [{ model: 'wide-and-dep' }],
  [{ model: 'wide-and-deep', training: { epoch: 3 } }],
  [{ model: { name: 'wide-and-deep-regressor', dropout: 0.1 } }],
  [{ model: 'wide-and-deep', optimizer: { name: 'sgd', learningRate: 'fast' } }],
])('editors mark %j', (recipe) => {
  expect(accepts(recipe)).toBe(false)
})
