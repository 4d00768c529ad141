import * as z from 'zod/mini'
import { RequestError, type Requests } from './requests.ts'

export interface Metric {
  readonly key: string
  readonly value: number
  /** In ms since 1970. */
  readonly timestamp: number
  readonly step: number
}

export type Texts = Readonly<Record<string, string>>
export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED'

/** A run on the server. */
export interface TrackedRun {
  readonly id: string
  /** Names of the parameters that it has: a parameter cannot change. */
  readonly parameters: ReadonlySet<string>
  /** The last step that it has metrics of; 0 for none. */
  readonly step: number
  /** Where files are uploaded; undefined where the server does not take them. */
  readonly artifacts: string | undefined
}

const experiment = z.object({ experiment_id: z.string(), lifecycle_stage: z.optional(z.string()) })
const run = z.object({
  info: z.object({ run_id: z.string(), artifact_uri: z.optional(z.string()) }),
  data: z.optional(
    z.object({
      params: z.optional(z.array(z.object({ key: z.string() }))),
      metrics: z.optional(z.array(z.object({ step: z.optional(z.coerce.number()) }))),
    }),
  ),
})

/** Of one request, as MLflow limits them. */
const MOST_METRICS = 1000
const MOST_TEXTS = 100
/** Of a value, in characters. */
const LONGEST_PARAMETER = 6000
const LONGEST_TAG = 8000
/** The tag by which a run is found again. */
const IDENTITY = 'treadle.run'

/** The parts of MLflow's REST API that log a run. */
export class Tracking {
  readonly #requests: Requests

  constructor(requests: Requests) {
    this.#requests = requests
  }

  /** The run with an identity, or a new one. */
  async openRun(
    experimentName: string,
    {
      identity,
      ...created
    }: { readonly identity: string; readonly run_name: string; readonly start_time: number },
  ): Promise<TrackedRun> {
    const id = await this.#experiment(experimentName)
    const { runs = [] } = await this.#send('runs/search', z.object({ runs: z.optional(z.array(run)) }), {
      experiment_ids: [id],
      filter: `tags.\`${IDENTITY}\` = '${identity}'`,
      max_results: 1,
    })
    const [known] = runs
    if (known !== undefined) return tracked(known)
    const answer = await this.#send('runs/create', z.object({ run }), {
      experiment_id: id,
      ...created,
      tags: pairs({ [IDENTITY]: identity }),
    })
    return tracked(answer.run)
  }

  /** The same metrics may be sent again. */
  async logMetrics({ id }: TrackedRun, metrics: readonly Metric[]): Promise<void> {
    for (let i = 0; i < metrics.length; i += MOST_METRICS)
      await this.#log({ run_id: id, metrics: metrics.slice(i, i + MOST_METRICS) })
  }

  async logParameters({ id, parameters }: TrackedRun, values: Texts): Promise<void> {
    const left = pairs(values).filter(({ key, value }) => !parameters.has(key) && value !== '')
    for (let i = 0; i < left.length; i += MOST_TEXTS) {
      const params = left.slice(i, i + MOST_TEXTS)
      await this.#log({
        run_id: id,
        params: params.map(({ key, value }) => ({ key, value: value.slice(0, LONGEST_PARAMETER) })),
      })
    }
  }

  async setTags({ id }: TrackedRun, tags: Texts): Promise<void> {
    await this.#log({
      run_id: id,
      tags: pairs(tags).map(({ key, value }) => ({ key, value: value.slice(0, LONGEST_TAG) })),
    })
  }

  async setStatus({ id }: TrackedRun, status: RunStatus, endTime?: number): Promise<void> {
    await this.#send('runs/update', z.unknown(), {
      run_id: id,
      status,
      ...(endTime !== undefined && { end_time: endTime }),
    })
  }

  /** @param name a path of plain names. Nothing happens where the server does not take files */
  async upload({ artifacts }: TrackedRun, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (artifacts === undefined) return
    await this.#requests.send(`mlflow-artifacts/artifacts/${artifacts}/${name}`, { method: 'PUT', bytes })
  }

  async #experiment(name: string): Promise<string> {
    const query = `experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`
    try {
      const found = await this.#send(query, z.object({ experiment }))
      if (found.experiment.lifecycle_stage !== 'deleted') return found.experiment.experiment_id
    } catch (error) {
      if (!(error instanceof RequestError) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error
      try {
        return (await this.#send('experiments/create', experiment, { name })).experiment_id
      } catch (other) {
        // Created by another process in between: it is there at the next attempt.
        if (!(other instanceof RequestError) || other.code !== 'RESOURCE_ALREADY_EXISTS') throw other
        throw new RequestError(other.message, true)
      }
    }
    throw new RequestError(
      `The experiment ${name} was deleted on the server. Restore it, or set MLFLOW_EXPERIMENT_NAME.`,
      false,
    )
  }

  async #log(batch: object): Promise<void> {
    await this.#send('runs/log-batch', z.unknown(), batch)
  }

  async #send<Schema extends z.ZodMiniType>(
    path: string,
    schema: Schema,
    json?: object,
  ): Promise<z.infer<Schema>> {
    const answer = await this.#requests.send(
      `mlflow/${path}`,
      json === undefined ? { method: 'GET' } : { json },
    )
    const result = schema.safeParse(answer)
    if (result.success) return result.data
    throw new RequestError(`The server answers ${path.split('?')[0]} as no version of MLflow does.`, false)
  }
}

/** Files go through the server only if it says so; elsewhere a client needs the access to the place itself. */
const THROUGH_SERVER = /^mlflow-artifacts:\/(?!\/)([\w./-]+)$/

function tracked({ info, data }: z.infer<typeof run>): TrackedRun {
  return {
    id: info.run_id,
    parameters: new Set(data?.params?.map(({ key }) => key)),
    step: Math.max(0, ...(data?.metrics?.map(({ step }) => step ?? 0) ?? [])),
    artifacts: THROUGH_SERVER.exec(info.artifact_uri ?? '')?.[1],
  }
}

const pairs = (texts: Texts) => Object.entries(texts).map(([key, value]) => ({ key, value }))
