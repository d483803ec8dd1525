import type { Prng } from '../../../otel-processor/src/base/index.ts';
import { type ViewConfig, viewConfigSchema } from '../../../otel-processor/src/windows/index.ts';

/** One event as its client knows it. */
export interface SimEvent {
  readonly name: string;
  readonly timestamp: number;
  readonly source: string;
  /** Idempotency key; an event without one is never sent again. */
  readonly id?: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

/** A view as the oracle reads it; the configuration says the same to the engine. */
export interface ViewSpec {
  readonly name: string;
  readonly from: readonly string[];
  readonly by: readonly string[];
  /** An attribute that must have a value. */
  readonly where: readonly [string, string] | undefined;
  readonly sizeMs: number;
  readonly slideMs: number;
  /** Only of sessions; `sizeMs` is then the window in which they count. */
  readonly gapMs: number | undefined;
  readonly latenessMs: number;
  readonly guarantee: 'fast' | 'complete';
  readonly outOfOrdernessMs: number;
  readonly idleMs: number;
  readonly compares: boolean;
  /** One statistic, `count`, which has the view's own name. */
  readonly countsOnly: boolean;
  readonly config: ViewConfig;
}

export const names = ['visit', 'signup', 'pay'];
export const histogramBounds = [-5, 0, 40];
export const quantilesAsked = [0, 0.5, 0.9, 1];

const windowAggregates = {
  count: {},
  rate: {},
  sum: { of: 'n' },
  avg: { of: 'n' },
  min: { of: 'n' },
  max: { of: 'n' },
  first: { of: 'n' },
  last: { of: 'n' },
  stddev: { of: 'n' },
  quantiles: { of: 'n', at: quantilesAsked },
  distinct: { of: 'u', precision: 12 },
  top: { of: 'u', k: 50 },
  histogram: { of: 'n', bounds: histogramBounds },
};

const sessionAggregates = {
  count: {},
  sum: { of: 'n' },
  max: { of: 'n' },
  distinct: { of: 'n', precision: 12 },
  funnel: { within: '20s' },
  compare: { variant: 'k', goal: 'pay' },
};

export const FUNNEL_WITHIN_MS = 20_000;

/** A view of any kind, or one that only counts, as the part of a ratio. */
export function drawView(prng: Prng, name: string, like?: ViewSpec): ViewSpec {
  const pick = <T>(...values: readonly T[]): T => values[prng.integer(0, values.length)];
  if (like !== undefined) return countingView(name, like, pick([names[2]], [names[1]]), pick(0, 500));
  const isSession = prng.next() < 0.3;
  const slideMs = pick(250, 1000, 1000, 5000);
  const overlaps = isSession ? 1 : pick(1, 1, 1, 1, 2, 5, 5, 5, 20, 60);
  const latenessMs = pick(0, 0, 500, 3000, 20_000);
  const gapMs = isSession ? pick(50, 500, 2000) : undefined;
  const guarantee = pick<'fast' | 'complete'>('fast', 'complete');
  const outOfOrdernessMs = pick(0, 200, 1000, 5000);
  const idleMs = pick(500, 3000, 10_000);
  const by = pick([], ['k'], ['k'], ['k', 'u']);
  const where = prng.next() < 0.2 ? (['k', 'x'] as const) : undefined;
  const from = isSession ? names : pick([names[0]], names, ['*'], ['*i*']);
  const sizeMs = slideMs * overlaps;
  const windows =
    overlaps === 1 ? { tumbling: `${sizeMs}ms` } : { sliding: `${sizeMs}ms`, slide: `${slideMs}ms` };
  const session = { session: { gap: `${gapMs}ms`, key: 'v', every: `${sizeMs}ms` } };
  // The chances of the variants cost much, and take part in few views therefore.
  const compare =
    isSession || overlaps > 1 || prng.next() < 0.8 ? {} : { compare: { variant: 'u', of: 'n' } };
  const config = viewConfigSchema.parse({
    name,
    from,
    by,
    where: where === undefined ? {} : Object.fromEntries([where]),
    window: { ...(isSession ? session : windows), lateness: `${latenessMs}ms` },
    aggregate: isSession ? sessionAggregates : { ...windowAggregates, ...compare },
    guarantee,
    out_of_orderness: `${outOfOrdernessMs}ms`,
    idle_after: `${idleMs}ms`,
    emit_every: pick('50ms', '250ms', '1s'),
  });
  const shape = {
    name,
    from,
    by,
    where,
    sizeMs,
    slideMs,
    gapMs,
    latenessMs,
    guarantee,
    outOfOrdernessMs,
    idleMs,
  };
  return { ...shape, compares: 'compare' in compare, countsOnly: false, config };
}

/** Counts some events in the windows of another view. */
function countingView(name: string, like: ViewSpec, from: readonly string[], latenessMs: number): ViewSpec {
  const { config } = like;
  const window = { ...config.window, lateness: latenessMs };
  return {
    ...like,
    name,
    from,
    latenessMs,
    countsOnly: true,
    config: { ...config, name, from: [...from], window, aggregate: { count: {} } },
  };
}

/** One event about `nowMs`: mostly in order, some late, some very late, some ahead of the clock. */
export function drawEvent(prng: Prng, source: string, nowMs: number, id: string | undefined): SimEvent {
  const pick = <T>(...values: readonly T[]): T => values[prng.integer(0, values.length)];
  const luck = prng.next();
  let behindMs = prng.integer(0, 50);
  if (luck < 0.3) behindMs = prng.integer(0, 2000);
  else if (luck < 0.36) behindMs = prng.integer(0, 60_000);
  else if (luck < 0.38) behindMs = -prng.integer(0, 5000);
  const attributes: Record<string, string | number | boolean> = { v: pick('v1', 'v2', 'v3') };
  if (prng.next() < 0.95) attributes['k'] = pick('x', 'x', 'y', 'z');
  if (prng.next() < 0.9) attributes['u'] = pick('u1', 'u2', 'u3', 'u4', 'u5');
  // Quarters are exact in binary, so sums are exact in any order.
  const number = prng.integer(-200, 400) / 4;
  if (prng.next() < 0.9)
    attributes['n'] = pick<string | number | boolean>(number, number, number, number, true, 'no');
  return {
    name: pick(...names),
    timestamp: nowMs - behindMs,
    source,
    ...(id === undefined ? {} : { id }),
    attributes,
  };
}
