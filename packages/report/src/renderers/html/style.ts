import { figureColors, figureStyle } from '../svg/style.ts'

/** Steps of shade in the matrix. Its text changes colour at step 8 (light) or 7 (dark), to stay legible. */
export const shades = 10

const light = `color-scheme:light;--paper:#faf9f6;--card:#fff;--ink:#1c1d20;--muted:#5c606a;--line:#e2e0d9;--accent:#1e40af;--good:#18672f;--bad:#a52a1a;--warn:#fff1cc;--warn-ink:#5f4000;--on-faint:#000;--on-strong:#fff;${figureColors.light}`
const dark = `color-scheme:dark;--paper:#101216;--card:#17191e;--ink:#eceef2;--muted:#a3a8b4;--line:#2c303a;--accent:#8fb1ff;--good:#7fd495;--bad:#ff9d8a;--warn:#43330a;--warn-ink:#ffdf95;--on-faint:#fff;--on-strong:#000;${figureColors.dark}`

function shadeRules(kind: 'hit' | 'miss'): string {
  const steps = Array.from({ length: shades }, (_, i) => i + 1)
  return steps
    .map(
      (step) =>
        `.${kind}${step}{background:color-mix(in srgb,var(--tm-${kind}) ${step * shades}%,var(--card))}`,
    )
    .join('')
}

const strong = (from: number) =>
  ['hit', 'miss']
    .flatMap((kind) => Array.from({ length: shades + 1 - from }, (_, i) => `.matrix .${kind}${from + i}`))
    .join(',')

/** The report's whole style sheet: no fonts or images from elsewhere, light, dark, phone and print. */
export const reportStyle = `
:root{${light}}
@media screen and (prefers-color-scheme:dark){:root{${dark}}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
main,header,nav,footer{max-width:1080px;margin:0 auto;padding:0 20px}
header{padding-top:40px}
h1{font-size:1.15rem;font-weight:600;margin:0;color:var(--muted)}
h2{font-size:1.35rem;margin:0 0 4px;letter-spacing:-.01em}
h3{font-size:1.05rem;margin:0 0 8px}
p{margin:0 0 12px;max-width:70ch}
a{color:var(--accent)}
section{margin:44px 0 0;scroll-margin-top:12px}
.quiet{color:var(--muted)}
.small{font-size:.875rem}
.result{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 16px;margin:6px 0 4px}
.result strong{font-size:clamp(2.6rem,9vw,4rem);line-height:1.05;letter-spacing:-.03em;font-weight:700}
.banner{background:var(--warn);color:var(--warn-ink);border:2px solid currentColor;border-radius:10px;padding:12px 16px;margin:16px 0 0;font-weight:600;max-width:none}
nav ul{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:20px 0 0;padding:12px 0;border-block:1px solid var(--line);font-size:.9rem}
nav a{text-decoration:none}
nav a:hover{text-decoration:underline}
figure{margin:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px}
.blocks{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px;margin-top:12px;align-items:start}
.blocks>*,.blocks>.facts{grid-column:1/-1;margin:0;min-width:0}
.blocks>.card,#training .table:not(:only-of-type),#classes .table:nth-of-type(1){grid-column:auto}
#data>.blocks>.card,#parallel>.blocks>.card{grid-column:1/-1}
#data .data td.l{white-space:normal}
#confusion .blocks{display:flex;flex-wrap:wrap;gap:16px 40px;align-items:end}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,150px),1fr));gap:14px 24px;margin:20px 0 0}
.facts div{min-width:0}
.facts dt,.record dt{color:var(--muted);font-size:.85rem}
.facts dd,.record dd{margin:0}
.record{display:grid;grid-template-columns:minmax(0,15rem) minmax(0,1fr);gap:6px 20px;margin:0}
.record dd{font:.85rem/1.6 ui-monospace,'SF Mono',Menlo,Consolas,monospace;overflow-wrap:anywhere}
.record dt{overflow-wrap:anywhere}
.scroll{overflow-x:auto;border-radius:12px}
.scroll:focus-visible,button:focus-visible,a:focus-visible,summary:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.9rem}
.data{width:100%;background:var(--card)}
.data caption,.matrix caption{text-align:left;color:var(--muted);font-size:.875rem;padding:0 0 8px}
.data th,.data td{padding:6px 10px;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
.data th[scope=colgroup]{text-align:center}
.data thead th{color:var(--muted);font-weight:600;font-size:.8rem;vertical-align:bottom}
.data tbody th{font-weight:600}
.data .l{text-align:left}
.data .split{border-left:1px solid var(--line)}
.data tfoot th{font-weight:600}
.data .quiet{color:var(--muted)}
.data thead th::first-letter{text-transform:uppercase}
.data tfoot{color:var(--muted)}
.better{color:var(--good)}
.worse{color:var(--bad)}
pre{margin:0;max-width:100%;padding:16px;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow-x:auto;font:.82rem/1.5 ui-monospace,'SF Mono',Menlo,Consolas,monospace}
.matrix{border-spacing:2px;border-collapse:separate;font-size:.82rem}
.matrix thead th{vertical-align:bottom;height:7.2em;padding:0 0 6px;font-weight:600}
.matrix thead span{writing-mode:vertical-rl;transform:rotate(180deg);display:inline-block;max-height:9em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.matrix tbody th{position:sticky;left:0;background:var(--paper);text-align:right;padding:0 10px 0 0;font-weight:600;max-width:9em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.matrix td{width:3.2rem;height:2.6rem;padding:0;text-align:center;border-radius:5px;color:var(--on-faint)}
.matrix td.none{color:var(--muted);opacity:.55}
.matrix button{all:unset;box-sizing:border-box;display:grid;place-items:center;width:100%;height:100%;min-height:24px;cursor:pointer;border-radius:5px}
.matrix button:hover{box-shadow:inset 0 0 0 2px var(--ink)}
.matrix button:focus-visible{outline:3px solid var(--ink);outline-offset:1px}
.dense{font-size:.62rem;border-spacing:1px}
.dense td{width:1.35rem;min-width:1.35rem;height:1.35rem;border-radius:2px}
.dense button{min-height:0;border-radius:2px}
${shadeRules('hit')}${shadeRules('miss')}
${strong(8)}{color:var(--on-strong)}
@media screen and (prefers-color-scheme:dark){${strong(7)}{color:var(--on-strong)}}
.matrix-block{max-width:100%}
.hint{margin:8px 0 0}
.words{margin:0 0 8px;padding-left:1.9em}
.sheet{border:1px solid var(--line);border-radius:14px;background:var(--card);color:var(--ink);padding:20px;max-width:min(720px,calc(100vw - 24px));max-height:86vh;overflow:auto;box-shadow:0 20px 60px rgb(0 0 0/.35)}
.sheet::backdrop{background:rgb(0 0 0/.45)}
.sheet .top{display:flex;justify-content:space-between;align-items:start;gap:16px}
.close{font:inherit;padding:6px 14px;border-radius:8px;border:1px solid var(--line);background:var(--paper);color:var(--ink);cursor:pointer}
.thumbs{list-style:none;display:grid;grid-template-columns:repeat(auto-fill,minmax(76px,1fr));gap:12px;margin:0;padding:0}
.gallery{grid-template-columns:repeat(auto-fill,minmax(136px,1fr));gap:16px}
.thumbs li{font-size:.8rem;text-align:center;line-height:1.35}
.gallery li{text-align:left;background:var(--card);border:1px solid var(--line);border-radius:10px;padding:10px}
.gallery .thumb{margin-bottom:8px}
.thumb{display:block;width:100%;height:auto;background:#000;border-radius:6px;image-rendering:pixelated}
.atlas{position:absolute;width:0;height:0}
details{margin-top:10px}
details pre{margin-top:8px}
summary{cursor:pointer;color:var(--accent)}
footer{padding-top:32px;padding-bottom:56px}
${figureStyle}
@media(max-width:640px){
main,header,nav,footer{padding-inline:16px}
header{padding-top:24px}
.matrix{font-size:.68rem;border-spacing:1px}
.matrix td{width:auto;min-width:1.6rem;height:1.9rem}
.matrix tbody th{padding-right:6px;max-width:6.4em;white-space:normal;line-height:1.15}
.dense td{min-width:1.1rem;height:1.1rem}
.data th,.data td{padding:5px 7px}
.record{grid-template-columns:1fr;gap:0}
.record dd{margin-bottom:10px}
.facts{grid-template-columns:repeat(2,minmax(0,1fr));gap:12px 16px}
.gallery{grid-template-columns:repeat(3,minmax(0,1fr));gap:8px}
.blocks{grid-template-columns:minmax(0,1fr)}
.blocks>.card,#training .table:not(:only-of-type),#classes .table:nth-of-type(1){grid-column:1/-1}
.gallery li{padding:6px;font-size:.72rem}
.card{padding:12px}
.tm-figure{font-size:14px}
pre{font-size:.62rem;padding:12px}
}
@page{size:A4;margin:14mm}
@media print{
body{background:#fff;font-size:11pt}
nav,.hint,details:not([open]){display:none}
main,header,footer{max-width:none;padding:0}
section{break-inside:auto;margin-top:24pt}
.card,.gallery li,tr,figure,section p,.words,.matrix,.facts,.record div{break-inside:avoid}
.tm-figure{max-height:78mm}
h2,h3,section p:not(:last-child),caption{break-after:avoid}
.scroll,pre{overflow:visible}
.matrix td,.thumb{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.gallery{grid-template-columns:repeat(6,1fr)}
.data{font-size:7.5pt}
.data th,.data td{padding:3px 4px;white-space:normal;overflow-wrap:anywhere}
.data thead th{font-size:7.5pt}
pre{font-size:7.5pt;white-space:pre-wrap}
.blocks,.card{display:block}
.data{break-inside:avoid}
.data:has(tbody tr:nth-child(41)){break-inside:auto}
tbody tr:nth-child(-n+4){break-after:avoid}
tbody tr:nth-last-child(-n+4){break-before:avoid}
thead{display:table-header-group}
}
`.trim()
