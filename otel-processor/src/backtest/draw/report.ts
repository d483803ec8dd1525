import { formatDuration } from '../../base/index.ts';
import { summaryOf } from '../summary.ts';
import type { BacktestResult, HorizonOutcome, PastEpisode } from '../types.ts';
import { numberText } from './axis.ts';
import { detectionChart, forecastChart } from './charts.ts';
import { escapeText } from './svg.ts';

const style = `
:root { color-scheme: light; font: 15px/1.5 system-ui, sans-serif; color: #1f2937; background: #f3f4f6 }
body { margin: 0 auto; max-width: 1040px; padding: 24px }
h1 { font-size: 22px; margin: 0 0 4px } h2 { font-size: 17px; margin: 0 0 8px; overflow-wrap: anywhere }
h3 { font-size: 14px; margin: 20px 0 6px }
section { background: #fff; border: 1px solid #e5e7eb; border-radius: 8px; padding: 20px 24px; margin: 16px 0 }
svg { width: 100%; height: auto; display: block; margin: 8px 0 }
table { border-collapse: collapse; width: 100%; font-size: 13px } td, th { padding: 5px 10px; text-align: right;
  border-bottom: 1px solid #e5e7eb; vertical-align: top } th { color: #4b5563; font-weight: 600 }
td.text, th.text, td:first-child, th:first-child { text-align: left }
td { white-space: nowrap } td.text { white-space: normal } tr.chosen td { font-weight: 600; background: #eff6ff }
ul { margin: 0 0 8px; padding-left: 20px } .quiet { color: #4b5563 }
`;

/** One page for a browser, with its pictures inside: nothing else is needed to look at it. */
export function reportPage(
  expression: string,
  results: readonly BacktestResult[],
  profileSensitivity: number,
): string {
  const sections = results.map((result) => sectionOf(result, profileSensitivity)).join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Backtest of ${escapeText(expression)}</title><style>${style}</style></head>
<body><h1>Backtest</h1><p class="quiet">${escapeText(expression)}: what StatBar would have said, step by step, with nothing
known of what came after. All times are UTC.</p>
${sections}
</body></html>
`;
}

function sectionOf(result: BacktestResult, profileSensitivity: number): string {
  const { signal, detection, trials } = result;
  const facts = summaryOf(result).map((sentence) => `<li>${escapeText(sentence)}</li>`);
  const parts = [
    `<section><h2>${escapeText(signal.name)}</h2><ul>${facts.join('')}</ul>`,
    detectionChart(result),
    detection.episodes.length === 0 ? '' : `<h3>Episodes</h3>${episodeTable(detection.episodes)}`,
    '<h3>With another sensitivity</h3>',
    table(
      ['alerts expected a week when nothing happens', 'episodes', 'episodes a week'],
      result.sensitivities.map(({ alertsPerWeek, episodes }) => ({
        isChosen: alertsPerWeek === profileSensitivity,
        cells: [numberText(alertsPerWeek), String(episodes), numberText(episodes / result.weeks)],
      })),
    ),
  ];
  if (trials !== undefined) {
    const rows = [...trials.stretches, trials.whole].map((each) => outcomeCells(each, signal.stepMs));
    const heads = ['ahead', 'mean error', 'of the day before', 'better by', ...trials.levels.map(levelHead)];
    parts.push(forecastChart(result), `<h3>Forecasts</h3>`);
    parts.push(
      table(
        heads,
        rows.map((cells, i) => ({ isChosen: i === rows.length - 1, cells })),
      ),
    );
  }
  parts.push('</section>');
  return parts.join('\n');
}

function levelHead(level: number): string {
  return `within the ${Math.round(100 * level)} % interval`;
}

/** Cells of one row of the table of forecasts. */
function outcomeCells(
  { fromStep, toStep, error, naiveError, coverage }: HorizonOutcome,
  stepMs: number,
): string[] {
  const ahead = `${formatDuration(fromStep * stepMs)} to ${formatDuration(toStep * stepMs)}`;
  const gain = naiveError > 0 ? `${Math.round(100 * (1 - error / naiveError))} %` : '-';
  const shares = coverage.map((share) => `${(100 * share).toFixed(1)} %`);
  return [ahead, numberText(error), numberText(naiveError), gain, ...shares];
}

function episodeTable(episodes: readonly PastEpisode[]): string {
  const rows = episodes.map(({ startMs, endMs, peakMs, score, value, expected, why }) => {
    const until = endMs === undefined ? 'goes on' : formatDuration(endMs - startMs);
    const numbers = [score.toFixed(1), numberText(value), numberText(expected)];
    const cells = [minuteText(startMs), until, minuteText(peakMs), ...numbers];
    const numbered = cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('');
    return `<tr>${numbered}<td class="text">${escapeText(why.join('; '))}</td></tr>`;
  });
  const heads = ['began', 'lasted', 'peak', 'score', 'value', 'expected'].map((head) => `<th>${head}</th>`);
  return `<table><tr>${heads.join('')}<th class="text">why</th></tr>${rows.join('')}</table>`;
}

function minuteText(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}

interface Row {
  readonly isChosen: boolean;
  readonly cells: readonly string[];
}

function table(heads: readonly string[], rows: readonly Row[]): string {
  const head = heads.map((text) => `<th>${escapeText(text)}</th>`).join('');
  const body = rows.map(({ isChosen, cells }) => {
    const row = cells.map((cell) => `<td>${escapeText(cell)}</td>`).join('');
    return `<tr${isChosen ? ' class="chosen"' : ''}>${row}</tr>`;
  });
  return `<table><tr>${head}</tr>${body.join('')}</table>`;
}
