import { command, group } from './command.ts'

/** Every command: a folder with `definition.ts` and `action.ts`, and one entry here. */
export const root = group(() => import('./definition.ts'), {
  train: command(
    () => import('./train/definition.ts'),
    () => import('./train/action.ts'),
  ),
  evaluate: command(
    () => import('./evaluate/definition.ts'),
    () => import('./evaluate/action.ts'),
  ),
  predict: command(
    () => import('./predict/definition.ts'),
    () => import('./predict/action.ts'),
  ),
  report: command(
    () => import('./report/definition.ts'),
    () => import('./report/action.ts'),
  ),
  runs: command(
    () => import('./runs/definition.ts'),
    () => import('./runs/action.ts'),
  ),
  compare: command(
    () => import('./compare/definition.ts'),
    () => import('./compare/action.ts'),
  ),
  ensemble: command(
    () => import('./ensemble/definition.ts'),
    () => import('./ensemble/action.ts'),
  ),
  'lr-find': command(
    () => import('./lr-find/definition.ts'),
    () => import('./lr-find/action.ts'),
  ),
  sweep: command(
    () => import('./sweep/definition.ts'),
    () => import('./sweep/action.ts'),
  ),
  worker: command(
    () => import('./worker/definition.ts'),
    () => import('./worker/action.ts'),
  ),
  export: command(
    () => import('./export/definition.ts'),
    () => import('./export/action.ts'),
  ),
  reproduce: command(
    () => import('./reproduce/definition.ts'),
    () => import('./reproduce/action.ts'),
  ),
  data: group(() => import('./data/definition.ts'), {
    fetch: command(
      () => import('./data/fetch/definition.ts'),
      () => import('./data/fetch/action.ts'),
    ),
    info: command(
      () => import('./data/info/definition.ts'),
      () => import('./data/info/action.ts'),
    ),
  }),
  plan: command(
    () => import('./plan/definition.ts'),
    () => import('./plan/action.ts'),
  ),
  doctor: command(
    () => import('./doctor/definition.ts'),
    () => import('./doctor/action.ts'),
  ),
})
