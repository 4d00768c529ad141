import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { packTar } from 'modern-tar'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import fixture from '../../test/fixtures/california-housing.json' with { type: 'json' }
import { failure } from '../../test/failure.ts'
import { housingTable, testWith } from '../../test/real-data.ts'
import { sendFile, serve } from '../../test/server.ts'
import { temporaryFolder } from '../../test/temporary-folder.ts'
import { writeTree } from '../../test/tree.ts'
import { housingRows, standardise } from './features.ts'
import { loadCaliforniaHousing } from './load.ts'

// Whoever runs the tests may have it set, to lend them the table.
beforeEach(() => void vi.stubEnv('TREADLE_CALIFORNIA_HOUSING', undefined))
afterEach(() => void vi.unstubAllEnvs())

const table = async () => gunzipSync(await readFile(housingTable.path))
const withTable = testWith(housingTable)

function entry(name: string, body: Uint8Array) {
  return { header: { name, size: body.length, type: 'file' as const }, body }
}

/** As the published archive: the table in a folder, beside its description. */
async function archive(data: Uint8Array, name = 'CaliforniaHousing/cal_housing.data'): Promise<Uint8Array> {
  const tar = await packTar([
    entry('CaliforniaHousing/cal_housing.domain', Buffer.from('longitude: continuous.')),
    entry(name, data),
  ])
  return gzipSync(tar)
}

describe('against scikit-learn', () => {
  withTable('features and targets are its own, to the last bit', async () => {
    const { features, targets } = housingRows((await table()).toString(), 'table')
    expect([targets.length, features.length / targets.length]).toEqual(fixture.shape)
    for (const { row, features: expected, target } of fixture.rows) {
      expect([...features.subarray(row * 8, row * 8 + 8)]).toEqual(expected)
      expect(targets[row]).toBe(target)
    }
    fixture.columns.forEach(({ sum, min, max }, column) => {
      const values = features.filter((_, i) => i % 8 === column)
      expect([Math.min(...values), Math.max(...values)]).toEqual([min, max])
      expect(values.reduce((total, value) => total + value, 0) / sum).toBeCloseTo(1, 12)
    })
    expect(targets.reduce((total, value) => total + value, 0) / fixture.targetSum).toBeCloseTo(1, 12)
  })

  withTable('standardised values are its own, to float32', async () => {
    const rows = housingRows((await table()).toString(), 'table')
    const all = [...rows.targets.keys()]
    const split = {
      train: Uint32Array.from(all.filter((row) => row % 5 !== 0)),
      test: Uint32Array.from(all.filter((row) => row % 5 === 0)),
    }
    const { train, test: held, standardisation } = standardise(rows, split)
    fixture.everyFifthHeldOut.mean.forEach((mean, i) =>
      expect((standardisation.mean[i] as number) / mean).toBeCloseTo(1, 12),
    )
    fixture.everyFifthHeldOut.scale.forEach((scale, i) =>
      expect((standardisation.scale[i] as number) / scale).toBeCloseTo(1, 12),
    )
    for (const { row, scaled } of fixture.rows) {
      const [part, position] = row % 5 === 0 ? [held, row / 5] : [train, row - Math.floor(row / 5) - 1]
      scaled.forEach((value, i) => expect(part.features[position * 8 + i]).toBeCloseTo(value, 5))
    }
  })
})

function load(seed: number, testFraction?: number) {
  return loadCaliforniaHousing({ source: { path: housingTable.path }, seed, testFraction })
}

describe('loading', () => {
  withTable('splits by seed and scales by the training rows', async () => {
    const { train, test: held, featureNames, source, standardisation } = await load(1)
    expect([train.count, held.count, train.width, train.outputs]).toEqual([16_512, 4128, 8, 1])
    expect(featureNames).toEqual([
      'MedInc',
      'HouseAge',
      'AveRooms',
      'AveBedrms',
      'Population',
      'AveOccup',
      'Latitude',
      'Longitude',
    ])
    expect(source).toEqual({
      kind: 'folder',
      location: housingTable.path,
      sha256: { 'cal_housing.data': fixture.sha256 },
    })
    for (let column = 0; column < 8; column++) {
      const values = train.features.filter((_, i) => i % 8 === column)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      expect(mean).toBeCloseTo(0, 4)
      expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1, 4)
    }
    expect(standardisation.mean).toHaveLength(8)
    const sum = [...train.targets, ...held.targets].reduce((total, value) => total + value, 0)
    expect(sum / fixture.targetSum).toBeCloseTo(1, 6)
    expect((await load(1)).train.features).toEqual(train.features)
    expect((await load(2)).train.features).not.toEqual(train.features)
    expect((await load(1, 0.5)).test.count).toBe(10_320)
  })

  withTable('from the table, gzipped or archived, by file or folder', async () => {
    const data = await table()
    const folder = await writeTree({
      'plain/cal_housing.data': data,
      'packed/cal_housing.data.gz': gzipSync(data),
      'archive/cal_housing.tgz': await archive(data),
      'unpacked/CaliforniaHousing/cal_housing.data': data,
      'other-name.csv': data,
    })
    for (const path of [
      'plain',
      'packed',
      'archive',
      'archive/cal_housing.tgz',
      'unpacked',
      'other-name.csv',
    ]) {
      expect((await loadCaliforniaHousing({ source: { path: join(folder, path) } })).train.count).toBe(16_512)
    }
    const files = [new File([Uint8Array.from(data)], 'cal_housing.data')]
    expect((await loadCaliforniaHousing({ source: { files } })).source.kind).toBe('folder')
  })

  withTable('from a mirror into the cache, and from there', async () => {
    const packed = await archive(await table())
    const server = await serve((request, response) => sendFile(request, response, packed))
    const options = { cacheDirectory: await temporaryFolder(), mirrors: [server.url] }
    expect((await loadCaliforniaHousing(options)).source.kind).toBe('download')
    expect((await loadCaliforniaHousing(options)).source.kind).toBe('cache')
    expect((await loadCaliforniaHousing({ ...options, source: 'cache' })).source.location).toBe(
      options.cacheDirectory,
    )
    await writeFile(
      join(options.cacheDirectory, 'california-housing', 'cal_housing.tgz'),
      packed.subarray(0, 1000),
    )
    const warnings: string[] = []
    const repaired = await loadCaliforniaHousing({ ...options, onWarning: ({ code }) => warnings.push(code) })
    expect([repaired.source.kind, warnings]).toEqual(['download', ['DATASET_BAD_GZIP']])
    expect(server.requests).toHaveLength(2)
  })

  withTable('from the path in the environment', async () => {
    vi.stubEnv('TREADLE_CALIFORNIA_HOUSING', housingTable.path)
    expect((await loadCaliforniaHousing({ offline: true })).source.location).toBe(housingTable.path)
  })
})

describe('refused', () => {
  test.each([
    ['an empty cache', { source: 'cache' as const }, 'DATASET_NOT_FOUND'],
    ['no network', { offline: true }, 'DATASET_OFFLINE'],
    ['no such path', { source: { path: 'no-such-path' } }, 'DATASET_NOT_FOUND'],
    ['an unknown source', { source: 'internet' as 'auto' }, 'DATASET_BAD_OPTION'],
  ])('%s', async (_, options, code) => {
    const error = await failure(async () =>
      loadCaliforniaHousing({ cacheDirectory: await temporaryFolder(), ...options }),
    )
    expect(error.code).toBe(code)
  })

  test('a folder without the table', async () => {
    const folder = await writeTree({ 'readme.txt': 'nothing' })
    expect((await failure(() => loadCaliforniaHousing({ source: { path: folder } }))).message).toMatch(
      /cal_housing.tgz/,
    )
  })
})
