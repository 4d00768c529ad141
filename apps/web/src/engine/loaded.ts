import type { ImageDataset } from '@treadle/core'
import { versions } from '@treadle/experiment'
import { describeModel } from '@treadle/model'
import { type ClassifierTest, type ReportDocument, describeRun } from '@treadle/report'
import type { Runtime } from '@treadle/runtime'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A tested network without a run. */
interface LoadedNetwork {
  readonly model: LayersModel
  readonly data: ImageDataset
  readonly runtime: Runtime
  readonly test: ClassifierTest
  readonly weightsSha256: string
}

/** The report of a network that was loaded from files: how it was trained is unknown. */
export function describeLoaded({ model, data, runtime, test, weightsSha256 }: LoadedNetwork): ReportDocument {
  const document = describeRun({
    model: describeModel(model),
    dataset: { name: data.name, source: data.source, train: data.train.count, test: data.test.count },
    backend: { name: runtime.backendName, simd: runtime.simd, threads: runtime.threads },
    executor: '',
    seed: 0,
    epochs: 0,
    batchSize: 0,
    options: {},
    stopped: 'finished',
    seconds: 0,
    history: { loss: [] },
    test,
    weightsSha256,
    versions: versions(),
  })
  return { ...document, sections: document.sections.filter(({ id }) => id !== 'repeat') }
}
