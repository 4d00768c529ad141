/* Loaded when a report is downloaded: it draws all figures. */
export { renderReportHtml } from '@treadle/report'
