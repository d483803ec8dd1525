import {
  CoreApp,
  type DataFrame,
  type DataQueryResponse,
  dateTime,
  FieldType,
  rangeUtil,
  type TimeRange,
} from '@grafana/data';
import type { Observable } from 'rxjs';
import { variables } from './grafana-runtime.test-support.ts';

/* Dashboards' queries, asked as Grafana asks them. */

export interface Target {
  readonly refId: string;
  readonly kind: string;
  readonly [setting: string]: unknown;
}

export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets: readonly Target[];
  readonly timeFrom?: string;
}

export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly time: { readonly from: string; readonly to: string };
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list?: readonly { readonly name: string; readonly target: Target }[] };
}

export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query?: Target;
}

/** What of the data source is asked here; its types need a browser's compiler options. */
export interface AskedSource {
  query(request: object): Observable<DataQueryResponse>;
  readonly variables: { query(request: object): Observable<{ data: readonly { text: string }[] }> };
  readonly annotations: { prepareQuery(annotation: object): Target | undefined };
}

interface Asked {
  readonly frames: readonly DataFrame[];
  readonly errors: readonly string[];
}

export type Filter = { readonly key: string; readonly operator: string; readonly value: string };

const answerTimeoutMs = 60_000;

/** The dashboard's range, or the panel's own, as it is now. */
export function rangeOf({ time }: Dashboard, timeFrom?: string): TimeRange {
  const raw = timeFrom === undefined ? time : rangeUtil.describeTextRange(timeFrom);
  return rangeUtil.convertRawToRange({ from: raw.from, to: raw.to });
}

/** Asks one query alone, so that it is known what it says; of a stream the first part that has something in it. */
export function ask(
  source: AskedSource,
  target: Target,
  range: TimeRange,
  filters: readonly Filter[] = [],
): Promise<Asked> {
  const interval = rangeUtil.calculateInterval(range, 500);
  const variable = (value: unknown) => ({ text: String(value), value: String(value) });
  const request = {
    ...{ app: CoreApp.Dashboard, requestId: 'Q1', timezone: 'utc', range, maxDataPoints: 500 },
    ...interval,
    scopedVars: { __interval: variable(interval.interval), __interval_ms: variable(interval.intervalMs) },
    ...{ targets: [{ ...target }], filters, startTime: dateTime().valueOf() },
  };
  return new Promise((resolve, reject) => {
    let last: Asked = { frames: [], errors: [] };
    const finish = (): void => {
      clearTimeout(timer);
      running.unsubscribe();
      resolve(last);
    };
    const timer = setTimeout(finish, answerTimeoutMs);
    const running = source.query(request).subscribe({
      next({ data, errors = [], error }) {
        const all = error === undefined ? errors : [...errors, error];
        last = {
          frames: data as DataFrame[],
          errors: all.map(({ message }) => message ?? 'an error without words'),
        };
        if (target['live'] === true && (last.errors.length > 0 || hasContent(last.frames)))
          queueMicrotask(finish);
      },
      error(reason: unknown) {
        clearTimeout(timer);
        reject(reason);
      },
      complete: () => queueMicrotask(finish),
    });
  });
}

/** Of an answer of this kind, the frames without which it would be a plain graph. */
const ownFrames: Readonly<Record<string, string>> = {
  anomalies: 'band',
  forecast: 'band',
  leaderboard: 'leaderboard',
  alerts: 'alerts',
};

/** What makes the answer one of its kind: of anomalies and forecasts the bands, else all of it. */
export function essenceOf(
  { kind, asAnnotations }: Target,
  frames: readonly DataFrame[],
): readonly DataFrame[] {
  const own = asAnnotations === true ? undefined : ownFrames[kind];
  return own === undefined ? frames : frames.filter(({ meta }) => meta?.custom?.['statbar'] === own);
}

/** A number that is one, or a row of words: what a panel can show. */
export function hasContent(frames: readonly DataFrame[]): boolean {
  return frames.some(({ fields, length }) => {
    const numbers = fields.filter(({ type }) => type === FieldType.number);
    if (numbers.length === 0) return length > 0;
    return numbers.some(({ values }) => values.some((value: unknown) => Number.isFinite(value)));
  });
}

/** The values that a variable offers; undefined for one that offers none by itself. */
export async function valuesOf(
  source: AskedSource,
  dashboard: Dashboard,
  { query }: Variable,
): Promise<readonly string[] | undefined> {
  if (query === undefined) return undefined;
  const request = { targets: [query], scopedVars: {}, range: rangeOf(dashboard) };
  return new Promise((resolve, reject) => {
    source.variables.query(request).subscribe({
      next: ({ data }) => resolve(data.map(({ text }) => text)),
      error: reject,
    });
  });
}

/** Sets every variable to all, or the named ones to a value. */
export function choose(dashboard: Dashboard, chosen: Readonly<Record<string, string>> = {}): void {
  const list = dashboard.templating.list.filter(({ type }) => type === 'query');
  const values = list.map(({ name }) => {
    const value = chosen[name];
    return { name, values: value === undefined ? [] : [value], isAll: value === undefined };
  });
  variables.set(values, []);
}
