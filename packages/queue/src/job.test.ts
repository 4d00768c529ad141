import { TreadleError } from '@treadle/core'
import { parseRecipe } from '@treadle/experiment/recipe'
import { describe, expect, test } from 'vitest'
import { errorOf, jobId, parseJob, reasonOf } from './job.ts'

const recipe = parseRecipe({ model: 'wide-and-deep', data: 'sample' })
const job = { contract: '1.0.0+aa', recipe, data: 'a'.repeat(64), test: true }

describe('a job', () => {
  test('is read as it was written', () => {
    expect(parseJob(JSON.parse(JSON.stringify(job)), job.contract)).toEqual(job)
  })

  test('has the same id for any order of fields, and another for another recipe, data or version', () => {
    const { data, ...rest } = job
    expect(jobId({ data, ...rest })).toBe(jobId(job))
    const others = [
      { ...job, data: 'b'.repeat(64) },
      { ...job, contract: '1.0.1+aa' },
      { ...job, test: false },
      { ...job, recipe: parseRecipe({ model: 'wide-and-deep', data: 'sample', training: { seed: 2 } }) },
    ]
    expect(new Set([job, ...others].map(jobId)).size).toBe(5)
  })

  test('of another version is refused as such, whatever else it holds', () => {
    const later = { contract: '2.0.0+aa', steps: [] }
    expect(() => parseJob(later, job.contract)).toThrow(
      expect.objectContaining({ code: 'QUEUE_OTHER_VERSION' }),
    )
  })

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['a field more', { ...job, path: '/etc/passwd' }],
    ['no checksum', { ...job, data: 'x' }],
    ['a wrong recipe', { ...job, recipe: { ...recipe, training: { ...recipe.training, epochs: 0 } } }],
    ['a large recipe', { ...job, recipe: { ...recipe, model: 'x'.repeat(2_000_000) } }],
  ])('with %s is refused', (_, value) => {
    expect(() => parseJob(value, job.contract)).toThrow(expect.objectContaining({ code: 'QUEUE_BAD_JOB' }))
  })
})

describe('the reason of a failed job', () => {
  test('keeps the code of an error', () => {
    const error = new TreadleError('TRAINER_NOT_FINITE', 'The loss is NaN.\nUse less.')
    expect(errorOf(reasonOf(error))).toMatchObject({ code: error.code, message: error.message })
  })

  test('is an error of the queue for other texts', () => {
    expect(errorOf('stalled')).toMatchObject({ code: 'QUEUE_JOB_FAILED', message: 'stalled' })
  })
})
