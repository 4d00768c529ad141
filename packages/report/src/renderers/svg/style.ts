/** The colours of charts for a light and a dark background. */
const palettes = {
  light: {
    paper: '#fff',
    ink: '#1c1d20',
    muted: '#5c606a',
    line: '#dcdad3',
    run: '#1e40af',
    baseline: '#a05a00',
    hit: '#1e40af',
    miss: '#a83200',
    s0: '#1e40af',
    s1: '#a05a00',
    s2: '#0f766e',
    s3: '#b0206f',
    s4: '#4d7c0f',
    s5: '#7c3aed',
    s6: '#b91c1c',
    s7: '#57534e',
  },
  dark: {
    paper: '#17191e',
    ink: '#eceef2',
    muted: '#a3a8b4',
    line: '#363a44',
    run: '#8fb1ff',
    baseline: '#f0b24a',
    hit: '#7aa2ff',
    miss: '#ff8a4c',
    s0: '#8fb1ff',
    s1: '#f0b24a',
    s2: '#4fd1c0',
    s3: '#ff8cc6',
    s4: '#a9d65a',
    s5: '#c4a6ff',
    s6: '#ff8a80',
    s7: '#c3beb7',
  },
} as const

/** Colours of the curves of several runs, one after the other; they repeat. */
const seriesNames = ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7'] as const

/** The class of a run's curve. */
export const seriesClass = (index: number) => `tm-${seriesNames[index % seriesNames.length]}`

type Palette = Readonly<Record<keyof (typeof palettes)['light'], string>>

/** Rules of colour. The class names begin with `tm-`, so that they suit any page. */
const colored = ({ paper, ink, muted, line, run, baseline, hit, miss, ...series }: Palette) => `
.tm-paper{fill:${paper}}
.tm-figure text{fill:${ink}}
.tm-figure .tm-quiet{fill:${muted}}
.tm-grid{stroke:${line}}
.tm-axis{stroke:${muted}}
.tm-run{stroke:${run}}
.tm-baseline{stroke:${baseline}}
.tm-dot{stroke:${paper}}
.tm-dot.tm-run{fill:${run}}
.tm-dot.tm-baseline{fill:${baseline}}
.tm-fill-run{fill:${run}}
.tm-fill-soft{fill:${run}}
.tm-fill-miss{fill:${miss}}
.tm-fill-hit{fill:${hit}}
.tm-gap{fill:${miss}}
.tm-ideal{stroke:${muted}}
.tm-point{fill:${run}}
.tm-figure .tm-inverse{fill:${paper}}
${seriesNames.map((name) => `.tm-${name}{stroke:${series[name]}}\n.tm-dot.tm-${name}{fill:${series[name]}}`).join('\n')}
`

/** Rules of form, the same for every background. */
const shaped = `
.tm-figure{font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:12.5px;font-variant-numeric:tabular-nums}
.tm-figure .tm-strong{font-weight:600}
.tm-grid,.tm-axis{stroke-width:1}
.tm-curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.tm-training{stroke-width:1.5;stroke-dasharray:2 4}
.tm-dot{stroke-width:1.5}
.tm-fill-soft{fill-opacity:.2}
.tm-gap{fill-opacity:.55}
.tm-ideal{stroke-width:1.5;stroke-dasharray:5 4;fill:none}
.tm-point{fill-opacity:.35}
.tm-thumb{image-rendering:pixelated}
`

const names = Object.keys(palettes.light) as (keyof Palette)[]

const variables = (palette: Palette) => names.map((name) => `--tm-${name}:${palette[name]}`).join(';')

/** The colours as variables for a page: set them on an ancestor of its figures. */
export const figureColors = { light: variables(palettes.light), dark: variables(palettes.dark) }

/** The style of figures in a page. Colours are the variables of `figureColors`. */
export const figureStyle = [
  '.tm-figure{display:block;width:100%;height:auto}',
  shaped,
  colored(Object.fromEntries(names.map((name) => [name, `var(--tm-${name})`])) as Palette),
]
  .join('')
  .trim()

/**
 * The style of a figure in a file of its own. The colours are literal, because librsvg and CairoSVG know no variables; they
 * show the light palette. Browsers follow the preferred colour scheme.
 */
export const fileStyle = [
  shaped,
  colored(palettes.light),
  `@media(prefers-color-scheme:dark){${colored(palettes.dark)}}`,
].join('')
