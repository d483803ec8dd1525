import type { DataFrame, DataLink } from '@grafana/data';
import { DataFrameType } from '@grafana/data';
import type { Labels } from '@statbar/sdk/wire';
import { configOf, numberField, timeField } from './series-frames.ts';

export interface Band {
  readonly labels: Labels;
  readonly name: string;
  readonly timesMs: number[];
  readonly middle: (number | null)[];
  readonly lower: (number | null)[];
  readonly upper: (number | null)[];
}

export interface BandOptions {
  readonly refId: string;
  readonly expression: string;
  readonly unit: string | undefined;
  readonly stepMs: number;
  /** What is said behind the name. */
  readonly words: { readonly middle: string; readonly lower: string; readonly upper: string };
  readonly links?: readonly DataLink[];
}

const hidden = {
  lineWidth: 0,
  pointSize: 1,
  showPoints: 'never',
  hideFrom: { legend: true, tooltip: false, viz: false },
};

/** A dashed line within a filled band: one frame, drawn by Grafana's own time series panel as it is. */
export function bandFrame(
  band: Band,
  { refId, expression, unit, stepMs, words, links }: BandOptions,
): DataFrame {
  const { labels, name, timesMs, middle, lower, upper } = band;
  const named = (word: string): string => `${name} ${word}`;
  const config = (word: string, custom: Readonly<Record<string, unknown>>) =>
    configOf(named(word), { unit, links: links ?? [] }, custom);
  return {
    refId,
    name: named(words.middle),
    meta: {
      type: DataFrameType.TimeSeriesWide,
      typeVersion: [0, 1],
      executedQueryString: expression,
      custom: { statbar: 'band' },
    },
    fields: [
      timeField(timesMs, stepMs),
      numberField('lower', lower, config(words.lower, hidden), { ...labels }),
      numberField(
        'upper',
        upper,
        config(words.upper, { ...hidden, fillBelowTo: named(words.lower), fillOpacity: 15 }),
        { ...labels },
      ),
      numberField(
        'middle',
        middle,
        config(words.middle, {
          lineStyle: { fill: 'dash', dash: [6, 4] },
          lineWidth: 1,
          showPoints: 'never',
        }),
        { ...labels },
      ),
    ],
    length: timesMs.length,
  };
}
