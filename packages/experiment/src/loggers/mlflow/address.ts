import { TreadleError } from '@treadle/core'

/** Where a tracking server is, and how it knows the user. */
export interface Address {
  /** Without a slash at its end, user, password and query: it is in messages. */
  readonly url: string
  /** The value of the header `Authorization`. */
  readonly authorization: string | undefined
  /** The name of the experiment that gets the runs. */
  readonly experiment: string
}

/**
 * Reads the address of a tracking server, and the environment variables that MLflow's own clients read:
 * `MLFLOW_TRACKING_URI` without an address, `MLFLOW_TRACKING_TOKEN`, `MLFLOW_TRACKING_USERNAME`,
 * `MLFLOW_TRACKING_PASSWORD` and `MLFLOW_EXPERIMENT_NAME`.
 * @throws TreadleError `EXPERIMENT_BAD_LOGGER`; messages do not repeat the address, which may hold a password
 */
export function addressOf(target: string | undefined, env: NodeJS.ProcessEnv): Address {
  const given = target ?? env['MLFLOW_TRACKING_URI']
  if (given === undefined || given === '')
    throw bad('has no address. Write mlflow=http://HOST:5000, or set MLFLOW_TRACKING_URI.')
  const url = URL.canParse(given) ? new URL(given) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw bad('needs the address of a tracking server that begins with http:// or https://.')
  return {
    url: `${url.origin}${url.pathname}`.replace(/\/+$/, ''),
    authorization: authorizationOf(url, env),
    experiment: env['MLFLOW_EXPERIMENT_NAME'] || 'treadle',
  }
}

function authorizationOf({ username, password }: URL, env: NodeJS.ProcessEnv): string | undefined {
  const token = env['MLFLOW_TRACKING_TOKEN']
  const [user, secret] =
    username === ''
      ? [env['MLFLOW_TRACKING_USERNAME'], env['MLFLOW_TRACKING_PASSWORD']]
      : [decoded(username), decoded(password)]
  if (user) return `Basic ${Buffer.from(`${user}:${secret ?? ''}`).toString('base64')}`
  return token ? `Bearer ${token}` : undefined
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const bad = (problem: string) => new TreadleError('EXPERIMENT_BAD_LOGGER', `The logger mlflow ${problem}`)
