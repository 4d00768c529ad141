import { sha256 } from '@noble/hashes/sha2.js'
import {
  type Fact,
  type TestedRun,
  analyseRun,
  headline,
  repetitionOf,
  reportTitle,
  scoresOf,
  setupOf,
  warningsOf,
} from '../facts.ts'
import { describeConfusion } from '../confusion-words.ts'
import { formatClassificationReport } from '@treadle/metrics'
import { fixed, percent } from '../format-number.ts'
import { Markup, markup } from '../markup.ts'
import type { RunReport } from '../run-report.ts'
import { classBarsFigure } from '../svg/class-bars.ts'
import { curvesFigure } from '../svg/curves.ts'
import { type Figure, inlineSvg } from '../svg/figure.ts'
import { reliabilityFigure } from '../svg/reliability.ts'
import { scatterFigure } from '../svg/scatter.ts'
import { chooseGallery } from './gallery.ts'
import { confusionSheets, confusionTable } from './matrix.ts'
import { reportStyle } from './style.ts'
import { classTable, epochTable, layerTable } from './tables.ts'

interface Section {
  readonly id: string
  readonly title: string
  readonly body: Markup
}

/**
 * Write the whole report as one HTML file that asks for nothing: style, charts and images are inside, there is no
 * script, and its content security policy forbids everything else. Text from data is escaped.
 * @returns some 100 kB, and up to about 2.5 MB with test images
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportHtml(report: RunReport): string {
  const run = analyseRun(report)
  const sections = [
    networkSection(report),
    trainingSection(report),
    ...(run?.kind === 'classifier' ? classifierSections(report, run) : []),
    ...(run?.kind === 'regressor' ? [regressorSection(run)] : []),
    repetitionSection(report),
  ]
  const title = reportTitle(report)
  const style = new Markup(reportStyle)
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash()}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>\n${
    markup`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${style}</style></head><body>
${header(report, run, title)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>${sections.map(
      ({ id, title: name, body }) => markup`
<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>`,
    )}
</main>
<footer class="quiet small">Made by Treadle.</footer>
</body></html>`.text
  }\n`
}

/** Base64 of the SHA-256 of the style sheet, for the content security policy. */
function styleHash(): string {
  return btoa(String.fromCharCode(...sha256(new TextEncoder().encode(reportStyle))))
}

function header(report: RunReport, run: TestedRun | undefined, title: string): Markup {
  const big =
    run?.kind === 'classifier'
      ? percent(run.analysis.interval.accuracy)
      : run?.kind === 'regressor'
        ? `R² ${fixed(run.analysis.r2, 3)}`
        : `${report.history.loss.length} of ${report.epochs} epochs`
  return markup`<header><h1>${title}</h1>
<p class="result"><strong>${big}</strong>${run?.kind === 'classifier' && markup`<span class="quiet">test accuracy</span>`}</p>
<p>${unbroken(headline(report, run))}</p>
${warningsOf(report).map((warning) => markup`<p class="banner" role="note">${warning}</p>`)}
${factGrid(setupOf(report))}</header>`
}

function networkSection({ model }: RunReport): Section {
  return { id: 'network', title: 'Network', body: layerTable(model) }
}

function trainingSection({ history, reference }: RunReport): Section {
  const figures = (['accuracy', 'loss', 'mae'] as const).map((kind) => curvesFigure(history, kind, reference))
  const beside = reference && markup`<p class="quiet">Beside the published figures: ${reference.name}.</p>`
  return {
    id: 'training',
    title: 'Training',
    body: markup`${beside}<div class="pair">${figures.map((figure) => figure && card(figure))}</div>${epochTable(history, reference)}`,
  }
}

function classifierSections({ reference }: RunReport, run: TestedRun & { kind: 'classifier' }): Section[] {
  const { analysis, test } = run
  const { classNames } = test
  const gallery = chooseGallery(test, analysis)
  const hint = gallery.atlas && markup`<p class="quiet hint">Choose a cell to see the images behind it.</p>`
  const hardest = analysis.hardest.map((confusion) => markup`<li>${describeConfusion(confusion)}</li>`)
  const sections: Section[] = [
    {
      id: 'confusion',
      title: 'Confusion matrix',
      body: markup`${gallery.atlas?.source}${hint}<div class="beside">${confusionTable(analysis, classNames, gallery)}${hardest.length > 0 && markup`<div><h3>Hardest confusions</h3><ol class="words">${hardest}</ol></div>`}</div>${confusionSheets(analysis, classNames, gallery)}`,
    },
    {
      id: 'classes',
      title: 'Classes',
      body: markup`<div class="pair">${card(classBarsFigure(analysis.report, reference))}<pre>${formatClassificationReport(analysis.report)}</pre></div>${classTable(analysis.report, reference)}`,
    },
  ]
  if (gallery.mistakes.length > 0)
    sections.push({
      id: 'mistakes',
      title: 'Most confident mistakes',
      body: markup`<ul class="thumbs mistakes">${gallery.mistakes.map(
        ({ row, actual, predicted, probability }) =>
          markup`<li>${gallery.atlas?.thumbnail(row, `${classNames[actual]}, test row ${row}`)}<strong>${classNames[actual]}</strong><br>taken for ${classNames[predicted]}, ${unbroken(percent(probability, 1))}<br><span class="quiet">test row ${row}</span></li>`,
      )}</ul>`,
    })
  sections.push({
    id: 'reliability',
    title: 'Reliability and scores',
    body: markup`<p class="quiet">Bars: how often the answer was right at each level of confidence. On the dashed line stated and true share agree; the tinted part is the gap.</p><div class="pair">${card(reliabilityFigure(analysis.calibration))}<div class="card">${factList(scoresOf(run), 'record tight')}</div></div>`,
  })
  return sections
}

function regressorSection(run: TestedRun & { kind: 'regressor' }): Section {
  const figure = scatterFigure(run.test)
  return {
    id: 'predictions',
    title: 'Predictions',
    body: markup`<p class="quiet">${figure.label} Exact answers would lie on the dashed line.</p><div class="pair">${card(figure)}<div class="card">${factList(scoresOf(run), 'record tight')}</div></div>`,
  }
}

function repetitionSection(report: RunReport): Section {
  const facts = repetitionOf(report).filter(([label]) => label !== 'Command')
  return { id: 'repeat', title: 'To repeat it', body: markup`<pre>${report.command}</pre>${factList(facts)}` }
}

function card(figure: Figure): Markup {
  return markup`<figure class="card">${new Markup(inlineSvg(figure))}</figure>`
}

function factGrid(facts: readonly Fact[]): Markup {
  return markup`<dl class="facts">${facts.map(([label, value]) => markup`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`
}

function factList(facts: readonly Fact[], kind = 'record'): Markup {
  return markup`<dl class="${kind}">${facts.map(([label, value]) => markup`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`
}

/** Keeps figures and their percent sign on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' %', '\u00a0%')
}
