import type { QueryClient } from '@statbar/sdk/query';
import type { AlertChart, AlertGroup, QueryData } from '@statbar/sdk/wire';
import { valueText } from '../card/index.ts';
import { type Chart, type ChartLine, utcText } from '../reply/index.ts';
import { linesOf, namesOfLines, ofAlerts } from './series.ts';

const LINES_MAX = 12;
const BEFORE_MS = 60 * 60_000;
const SPAN_MAX_MS = 24 * 3_600_000;
const POINTS = 240;

/** From an hour before it fired (or as long as it fires, if that is longer) until now, or a while after it was over. */
export function chartSpan(
  { firingFromMs, firingToMs }: AlertChart,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number; readonly stepMs: number } {
  const toMs = firingToMs === null ? nowMs : Math.min(nowMs, firingToMs + 15 * 60_000);
  const firingMs = Math.max(0, toMs - firingFromMs);
  const fromMs = Math.max(firingFromMs - Math.max(BEFORE_MS, firingMs / 2), toMs - SPAN_MAX_MS);
  const stepMs = Math.max(5000, Math.ceil((toMs - fromMs) / POINTS / 5000) * 5000);
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs, stepMs };
}

export interface ChartData {
  readonly chart: Chart;
  readonly actual: readonly ChartLine[];
  readonly expected: ChartLine | null;
}

/** Asks for what the group's chart shows; undefined: there is nothing to draw. Rejects with an `ApiError`. */
export async function groupChart(
  group: AlertGroup,
  query: Pick<QueryClient, 'range'>,
  nowMs: number,
  timeZone: string,
  signal: AbortSignal,
): Promise<ChartData | undefined> {
  const what = group.chart;
  if (what === null) return undefined;
  const span = chartSpan(what, nowMs);
  const ask = async (expression: string): Promise<QueryData> =>
    (await query.range({ query: expression, ...span, signal })).data;
  // What stands beside the line may be missing: the line alone is worth drawing.
  const askMore = async (expression: string | null): Promise<ChartLine | null> => {
    if (expression === null) return null;
    const data = await ask(expression).catch(() => undefined);
    return data === undefined ? null : (linesOf(ofAlerts(data, what.series), () => 'expected')[0] ?? null);
  };
  const [data, expected, lower, upper] = await Promise.all([
    ask(what.expression),
    askMore(what.expected),
    askMore(what.lower),
    askMore(what.upper),
  ]);
  const wanted = ofAlerts(data, what.series);
  const lines = linesOf(wanted, namesOfLines(wanted)).filter(({ values }) => values.some((v) => v !== null));
  if (lines.length === 0) return undefined;
  const shown = lines.slice(0, LINES_MAX);
  const isAlone = shown.length === 1;
  const chart: Chart = {
    title: group.title,
    alt: altText(group, shown, what),
    unit: what.unit,
    ...span,
    timeZone,
    lines: shown,
    leftOut: lines.length - shown.length,
    // One signal's band: beside several lines it would be said of all.
    expected: isAlone ? expected : null,
    band:
      isAlone && lower !== null && upper !== null
        ? { name: 'expected range', ...aligned(lower, upper) }
        : null,
    threshold: what.threshold === null ? null : { value: what.threshold, direction: what.direction },
    firing: { fromMs: what.firingFromMs, toMs: what.firingToMs },
    forecastFromMs: null,
  };
  return { chart, actual: lines, expected };
}

/** Both at the times of the first: they come from the same evaluation, but either may have gaps. */
function aligned(lower: ChartLine, upper: ChartLine) {
  const upperAt = new Map(upper.timesMs.map((timeMs, i) => [timeMs, upper.values[i]]));
  return {
    timesMs: lower.timesMs,
    lower: lower.values,
    upper: lower.timesMs.map((timeMs) => upperAt.get(timeMs) ?? null),
  };
}

function altText(
  group: AlertGroup,
  lines: readonly ChartLine[],
  { threshold, unit, firingFromMs }: AlertChart,
): string {
  const last = lines[0].values.findLast((value) => value !== null);
  const value = last === undefined || last === null ? '' : `, now ${valueText(last, unit)}`;
  const limit = threshold === null ? '' : `, threshold ${valueText(threshold, unit)}`;
  const many = lines.length > 1 ? ` with ${lines.length} lines` : '';
  return `Line chart of ${group.title}${many}${value}${limit}, firing since ${utcText(firingFromMs, 'date_time')}.`;
}
