import { mkdirSync, writeFileSync } from 'node:fs'
import {
  activationKinds,
  families,
  gemmFlags,
  header,
  instructions,
  phase,
  phaseFlags,
  PHASE_BYTES,
  RECORD_BYTES,
} from '../dist/manifest.js'

// What the sources under assembly/ take from the manifest in src/manifest.

const types = { address: 'usize', bytes: 'usize', i32: 'i32', f32: 'f32' }
const capital = (name) => name[0].toUpperCase() + name.slice(1)

/** Words in memory. An unmanaged class is an address, and reading a field is one load. */
const record = (name, words) =>
  [
    '@unmanaged',
    `export class ${capital(name)} {`,
    ...Object.entries(words).map(([word, type]) => `  ${word}: ${types[type]}`),
    '}\n',
  ].join('\n')

const constants = (name, values) =>
  [
    `export const enum ${name} {`,
    ...Object.entries(values).map(([key, value]) => `  ${key} = ${value},`),
    '}\n',
  ].join('\n')

const all = Object.entries(instructions)
const files = {
  /** Layouts of the records in a sequence. */
  records: [
    `export const RECORD_BYTES: usize = ${RECORD_BYTES}`,
    `export const PHASE_BYTES: usize = ${PHASE_BYTES}\n`,
    record('header', header),
    record('phase', phase),
    constants('PhaseFlags', phaseFlags),
    constants('GemmFlags', gemmFlags),
    constants('ActivationKind', activationKinds),
    ...all.map(([name, { operands }]) => record(name, { opcode: 'i32', ...operands })),
  ],
  /** All kernels. Exported, so that the optimizer leaves each a function of its own: V8 can compile it while others run. */
  kernels: Object.entries(families).map(
    ([family, kernels]) => `export { ${Object.keys(kernels).join(', ')} } from '../${family}'`,
  ),
  /** The sequencer's switch. */
  execute: [
    `import { ${all.map(([name]) => name).join(', ')} } from './kernels'`,
    `import { ${all.map(([name]) => capital(name)).join(', ')} } from './records'\n`,
    '/** Runs the instruction at `at`. An unknown opcode does nothing: 0 is an instruction that is switched off. */',
    'export function execute(at: usize): void {',
    '  switch (load<i32>(at)) {',
    ...all.flatMap(([name, { opcode }]) => [
      `    case ${opcode}:`,
      `      return ${name}(changetype<${capital(name)}>(at))`,
    ]),
    '    default:',
    '      return',
    '  }',
    '}',
  ],
}

const folder = new URL('../assembly/generated/', import.meta.url)
mkdirSync(folder, { recursive: true })
for (const [name, lines] of Object.entries(files)) {
  const text = ['// Generated from src/manifest by scripts/generate.js.', ...lines].join('\n')
  writeFileSync(new URL(`${name}.ts`, folder), `${text}\n`)
}
