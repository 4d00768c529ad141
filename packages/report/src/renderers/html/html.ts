import { sha256 } from '@noble/hashes/sha2.js'
import { type BlockRenderer, type Fact, type List, type Section, renderBlock } from '../../blocks.ts'
import { type ReportDocument, documentOf } from '../../document.ts'
import type { GalleryFigure } from '../../figures.ts'
import type { RunReport } from '../../run-report.ts'
import { Markup, markup } from '../markup.ts'
import { type Chart, inlineSvg } from '../svg/chart.ts'
import { matrixHtml } from './matrix.ts'
import { reportStyle } from './style.ts'
import { tableHtml } from './table.ts'
import { type Thumbnails, chooseThumbnails } from './thumbnails.ts'

/**
 * Write the whole report as one HTML file that requests nothing: style, charts and images are inside, there is no
 * script, and its content security policy forbids everything else. Text from data is escaped.
 * @returns some 100 kB, and up to about 2.5 MB with test images
 * @throws TreadleError `REPORT_BAD_INPUT` where the report's shapes disagree
 */
export function renderReportHtml(report: RunReport | ReportDocument): string {
  const document = documentOf(report)
  const { title, sections } = document
  const thumbnails = chooseThumbnails(document)
  const renderer = blockRenderer(thumbnails)
  const style = new Markup(reportStyle)
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${styleHash()}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>\n${
    markup`<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${style}</style></head><body>
${thumbnails.atlas?.source}${headerHtml(document)}
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => markup`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main>${sections.map((section) => sectionHtml(section, renderer))}
</main>
<footer class="quiet small">Made by Treadle.</footer>
</body></html>`.text
  }\n`
}

/** Base64 of the SHA-256 of the style sheet, for the content security policy. */
function styleHash(): string {
  return btoa(String.fromCharCode(...sha256(new TextEncoder().encode(reportStyle))))
}

function headerHtml({ title, result, headline, comparison, warnings, setup }: ReportDocument): Markup {
  return markup`<header><h1>${title}</h1>
<p class="result"><strong>${unbroken(result.value)}</strong><span class="quiet">${result.name}</span></p>
<p>${unbroken(headline)}${comparison !== undefined && markup`<br>${unbroken(comparison)}`}</p>
${warnings.map((warning) => markup`<p class="banner" role="note">${warning.title}: ${warning.text}</p>`)}
${factsHtml(setup)}</header>`
}

function sectionHtml({ id, title, blocks }: Section, renderer: BlockRenderer<Markup>): Markup {
  return markup`
<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><div class="blocks">${blocks.map((block) => renderBlock(renderer, block))}</div></section>`
}

const blockRenderer = (thumbnails: Thumbnails): BlockRenderer<Markup> => ({
  prose: ({ text }) => markup`<p class="quiet">${unbroken(text)}</p>`,
  facts: ({ facts }) => factsHtml(facts),
  list: listHtml,
  code: ({ text }) => markup`<pre>${text}</pre>`,
  table: tableHtml,
  curves: chartHtml,
  bars: chartHtml,
  matrix: (figure) => matrixHtml(figure, thumbnails),
  reliability: chartHtml,
  scatter: chartHtml,
  parallel: chartHtml,
  samples: chartHtml,
  gallery: (figure) => galleryHtml(figure, thumbnails),
})

function chartHtml(chart: Chart): Markup {
  return markup`<figure class="card">${new Markup(inlineSvg(chart))}</figure>`
}

/** Short values in a grid, long ones such as hashes one on a line. */
function factsHtml(facts: readonly Fact[]): Markup {
  if (facts.some(([, value]) => value.length > 40))
    return markup`<dl class="record">${facts.map(([label, value]) => markup`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`
  return markup`<dl class="facts">${facts.map(([label, value]) => markup`<div><dt>${label}</dt><dd>${unbroken(value)}</dd></div>`)}</dl>`
}

function listHtml({ title, items }: List): Markup {
  return markup`<div class="list"><h3>${title}</h3><ol class="words">${items.map((item) => markup`<li>${item}</li>`)}</ol></div>`
}

function galleryHtml({ items }: GalleryFigure, { atlas }: Thumbnails): Markup {
  return markup`<ul class="thumbs gallery">${items.map(
    ({ sample, title, note }) =>
      markup`<li>${atlas?.thumbnail(sample, `${title}, test sample ${sample}`)}<strong>${title}</strong><br>${unbroken(note)}<br><span class="quiet">test sample ${sample}</span></li>`,
  )}</ul>`
}

/** Keeps a number and its percent sign on one line. */
function unbroken(text: string): string {
  return text.replaceAll(' %', '\u00a0%')
}
