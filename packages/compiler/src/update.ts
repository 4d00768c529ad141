import {
  averagesOf,
  definitionOf,
  emitAveraging,
  rateMultiplierOf,
  weightDecayOf,
  type Clipping,
  type Optimizer,
  type WeightShape,
} from '@treadle/optim'
import type { Emitter } from './emitter.ts'
import { matrixRoom } from './matrix-room.ts'
import type { Operator } from './operator.ts'
import type { ActivityOperator } from './operators/activity.ts'
import type { Parameter } from './parameter.ts'
import type { Group, ParameterBlock } from './parameter-block.ts'
import { Storage, type Reference } from './storage.ts'

/** The regularization losses of a step: a float64 for each shard and weight, and for each shard and regularized output. */
export interface Penalties {
  readonly storage: Storage | undefined
  readonly count: number
  emit(): void
}

/** Gives the regularized outputs where their sums go. `emit` of the result emits the sums of the weights. */
export function penaltiesOf(
  emit: Emitter,
  { groups }: ParameterBlock,
  outputs: readonly ActivityOperator[],
): Penalties {
  const penalized = groups.flatMap(({ parameters }) =>
    parameters.filter(({ trained, l1, l2 }) => trained && (l1 !== 0 || l2 !== 0)),
  )
  const count = (penalized.length + outputs.length) * emit.shards
  if (count === 0) return { storage: undefined, count, emit() {} }
  emit.in('loss')
  const storage = emit.storage('penalties', 8 * count)
  const part = (index: number) => storage.at(8 * index * emit.shards)
  for (const [i, output] of outputs.entries()) output.sums = part(penalized.length + i)
  return {
    storage,
    count,
    emit() {
      emit.in('loss')
      penalized.forEach(({ storage: weights, size, l1, l2 }, i) => {
        emit.emit('penalty', { weights: weights.at(), count: size, l1, l2, out: part(i) })
      })
    },
  }
}

/**
 * Emits the update of all trained parameters.
 * @returns the tables of what the instructions read
 */
export function emitUpdate(
  emit: Emitter,
  { groups }: ParameterBlock,
  optimizer: Optimizer,
): Required<Pick<Operator, 'tables'>> {
  const tables: Required<Operator>['tables'][number][] = []
  emit.in('update')
  const definition = definitionOf(optimizer)
  const trained = groups.filter(({ gradients }) => gradients)
  const { clipnorm, globalClipnorm, clipvalue } = optimizer
  const clips = clipnorm ?? globalClipnorm ?? clipvalue
  const clipped = clips !== undefined ? emitClipping(emit, trained, optimizer) : undefined
  for (const group of trained) {
    const { parameters, weights, slots, bytes } = group
    const { gradientParts, l1, l2 } = parameters[0] as Parameter
    const joined = clipped?.get(group)
    const { decay, multiplier } = updateSettings(parameters[0] as Parameter, optimizer)
    const operands = {
      weights: weights.at(),
      gradients: (joined ?? group.gradients)!.at(),
      part: bytes,
      parts: joined ? 1 : gradientParts,
      count: bytes / 4,
      decay,
      multiplier,
      l1: joined ? 0 : l1,
      l2: joined ? 0 : l2,
    }
    const references = Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, slot.at()]))
    const matrix = matrixOf(parameters[0] as Parameter, optimizer)
    if (matrix && definition.matrices) {
      const { room, table } = matrixRoom(emit, parameters[0] as Parameter, matrix)
      tables.push(table)
      definition.matrices.emit<Reference>(emit, optimizer, operands, references, { ...matrix, ...room })
    } else definition.emit<Reference>(emit, optimizer, operands, references)
  }
  for (const { slot, fromEnd } of averagesOf(optimizer)) {
    for (const { weights, slots, bytes } of trained) {
      const average = (slots[slot] as Storage).at()
      emitAveraging<Reference>(emit, { weights: weights.at(), average, count: bytes / 4, fromEnd })
    }
  }
  return { tables }
}

/**
 * What the optimizer does with a parameter in its own way: its weight decay, and the factor of its learning rate. A
 * parameter that is updated as a matrix has its name there, too: it is a group of its own.
 */
export function updateSettings(parameter: Parameter, optimizer: Optimizer) {
  const weight = shapeOf(parameter)
  return {
    decay: weightDecayOf(optimizer, weight),
    multiplier: rateMultiplierOf(optimizer, weight.name),
    ...(matrixOf(parameter, optimizer) && { matrix: weight.name }),
  }
}

const matrixOf = (parameter: Parameter, optimizer: Optimizer) =>
  definitionOf(optimizer).matrices?.of(optimizer, shapeOf(parameter))

function shapeOf({ name, variable, table }: Parameter): WeightShape {
  const shape = variable?.shape.map((size) => size ?? 1) ?? [table.length]
  return { name: variable?.originalName ?? name, shape }
}

/** Joins each gradient from its parts, penalties included, and scales it down; returns the joined gradients. */
function emitClipping(
  emit: Emitter,
  groups: readonly Group[],
  { clipnorm, globalClipnorm, clipvalue }: Clipping,
): Map<Group, Storage> {
  const total = groups.reduce((sum, { parameters }) => sum + parameters.length, 0)
  // Parts of their own, so that the weights' clippings share a phase.
  const norms = emit.storage('norms', 8 * emit.shards * total)
  const joined = new Map(groups.map((group) => [group, emit.storage('joined gradients', group.bytes)]))
  let index = 0
  const clips: (() => void)[] = []
  for (const group of groups) {
    let offset = 0
    for (const { storage, gradient, part, gradientParts, size, l1, l2 } of group.parameters) {
      const out = new Storage('joined gradient', 4 * size, false, joined.get(group), offset).at()
      const own = norms.at(8 * emit.shards * index)
      emit.emit('joinGradient', {
        weights: storage.at(),
        gradients: gradient.at(),
        part,
        parts: gradientParts,
        count: size,
        out,
        l1,
        l2,
        norms: own,
      })
      clips.push(() => {
        if (clipvalue !== undefined)
          return emit.emit('clipValue', { gradients: out, count: size, limit: clipvalue })
        return emit.emit('clipGradient', {
          gradients: out,
          count: size,
          norms: globalClipnorm === undefined ? own : norms.at(),
          normCount: emit.shards * (globalClipnorm === undefined ? 1 : total),
          limit: (clipnorm ?? globalClipnorm) as number,
          together: globalClipnorm === undefined ? 0 : 1,
        })
      })
      offset += 4 * size
      index += 1
    }
  }
  for (const clip of clips) clip()
  return joined
}
