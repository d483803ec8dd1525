import { z } from 'zod';
import { formatDuration, isFault, parseDuration } from '../../base/index.ts';
import { signalExpression } from './signal-expression.ts';

/*
 * Kinds of alerting rules beside an expression. Each is a key of a rule, in the same files, and becomes plain rules.
 */

/** A duration as a YAML text. */
export const duration = z.string().transform((text, context) => {
  const durationMs = parseDuration(text);
  if (!isFault(durationMs)) return durationMs;
  context.addIssue({ code: 'custom', message: durationMs.message });
  return z.NEVER;
});

const number = z
  .string()
  .regex(/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/, 'expected a number')
  .transform(Number);

/** `name{label="value"}`: the name is needed to find the series derived from it. */
const selector = z
  .string()
  .regex(/^[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:\{[\s\S]*\})?$/, 'expected a metric name, with matchers or without');

const anomaly = z.strictObject({
  signal: selector,
  /** 1 and over is anomalous. */
  score: number.default(1),
});

const forecast = z
  .strictObject({
    of: z.string(),
    above: number.optional(),
    below: number.optional(),
    within: duration,
    probability: number.refine((p) => p > 0 && p <= 1, 'expected a probability over 0, up to 1').default(0.8),
  })
  .refine(
    ({ above, below }) => (above === undefined) !== (below === undefined),
    'expected either above or below',
  );

const slo = z
  .strictObject({
    name: z.string().regex(/^[a-zA-Z0-9_.-]+$/, 'expected letters, digits, dots, _ and -'),
    /** In percent. */
    objective: number.refine((n) => n > 0 && n < 100, 'expected a percentage below 100, for example 99.9'),
    window: duration.default(30 * 86_400_000),
    bad: z.string().optional(),
    total: z.string().optional(),
    ratio: z.string().optional(),
  })
  .refine(
    ({ bad, total, ratio }) =>
      ratio === undefined
        ? bad !== undefined && total !== undefined
        : bad === undefined && total === undefined,
    'expected bad and total, or ratio',
  );

const absent = z.strictObject({
  of: selector,
  silent_for: duration.default(300_000),
  /** How far back a series is remembered. */
  remember: duration.default(3_600_000),
  by: z.array(z.string()).optional(),
});

const deadman = z.strictObject({
  heartbeat: z.string().regex(/^[a-zA-Z0-9_.-]{1,100}$/, 'expected letters, digits, dots, _ and -'),
  within: duration,
});

export const kindSchemas = { anomaly, forecast, slo, absent, deadman };

export type RuleKind = {
  readonly [Kind in keyof typeof kindSchemas]?: z.output<(typeof kindSchemas)[Kind]> | undefined;
};

/** A forecast as the source of a rule's vector: the probability of crossing, by series. */
export interface ForecastCondition {
  readonly expression: string;
  readonly threshold: number;
  readonly direction: 'above' | 'below';
  readonly withinMs: number;
  readonly probability: number;
}

/** What to draw for a rule. */
export interface RuleChart {
  readonly expression: string;
  readonly threshold: number | null;
  readonly direction: 'above' | 'below' | null;
  readonly expected: string | null;
  readonly lower: string | null;
  readonly upper: string | null;
  readonly unit: string | null;
}

/** A rule that a kind becomes; labels are added to those of the rule. */
export type MadeRule =
  | {
      readonly kind: 'recording';
      readonly record: string;
      readonly expression: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'alerting';
      readonly expression: string;
      readonly labels: Readonly<Record<string, string>>;
      /** Used where the rule has none of the name. */
      readonly annotations: Readonly<Record<string, string>>;
      readonly forecast: ForecastCondition | undefined;
      readonly chart: RuleChart | undefined;
      /** How long the service must have listened before something new counts as silent. */
      readonly listenMs?: number;
    };

/** The rules that the kind stands for. */
export function expandKind(kind: RuleKind): readonly MadeRule[] {
  if (kind.anomaly !== undefined) return [anomalyRule(kind.anomaly)];
  if (kind.forecast !== undefined) return [forecastRule(kind.forecast)];
  if (kind.slo !== undefined) return sloRules(kind.slo);
  if (kind.absent !== undefined) return [absentRule(kind.absent)];
  if (kind.deadman !== undefined) return [deadmanRule(kind.deadman)];
  return [];
}

function anomalyRule({ signal, score }: NonNullable<RuleKind['anomaly']>): MadeRule {
  const derived = (what: string): string => derivedSelector(signal, what);
  return {
    kind: 'alerting',
    expression: `${derived('anomaly_score')} >= ${score}`,
    labels: {},
    annotations: {
      summary: `${signal.replaceAll('{{', '{ {')} is not as expected (score {{ $value | humanize }})`,
    },
    forecast: undefined,
    chart: {
      expression: signalExpression(signal),
      threshold: null,
      direction: null,
      expected: derived('expected'),
      lower: derived('lower'),
      upper: derived('upper'),
      unit: null,
    },
  };
}

/** `x{a="b"}` to `x:anomaly_score{a="b"}`: the names of derived series (recording rules' convention). */
export function derivedSelector(signal: string, what: string): string {
  const at = signal.indexOf('{');
  const name = (at < 0 ? signal : signal.slice(0, at)).trim();
  return `${name}:${what}${at < 0 ? '' : signal.slice(at)}`;
}

function forecastRule({
  of,
  above,
  below,
  within,
  probability,
}: NonNullable<RuleKind['forecast']>): MadeRule {
  const threshold = above ?? below ?? 0;
  const direction = above === undefined ? 'below' : 'above';
  return {
    kind: 'alerting',
    expression: of,
    labels: {},
    annotations: {
      summary: `Will go ${direction === 'above' ? 'over' : 'under'} ${threshold} within ${formatDuration(within)} with probability {{ $value | humanizePercentage }}`,
    },
    forecast: { expression: of, threshold, direction, withinMs: within, probability },
    chart: { expression: of, threshold, direction, expected: null, lower: null, upper: null, unit: null },
  };
}

/** Long window, short window, share of the budget (Site Reliability Workbook, "Alerting on SLOs", table 5-8). */
const burns = [
  { longMs: 3_600_000, shortMs: 300_000, budget: 0.02, severity: 'page' },
  { longMs: 6 * 3_600_000, shortMs: 1_800_000, budget: 0.05, severity: 'page' },
  { longMs: 86_400_000, shortMs: 2 * 3_600_000, budget: 0.1, severity: 'ticket' },
  { longMs: 3 * 86_400_000, shortMs: 6 * 3_600_000, budget: 0.1, severity: 'ticket' },
] as const;

/**
 * Multi-window, multi-burn-rate: for an objective over 30 days the budget burns 14.4, 6, 3 and 1 times too fast, seen in a
 * long window and in a short one, so that the alert ends soon after the cause.
 */
function sloRules({
  name,
  objective,
  window,
  bad,
  total,
  ratio,
}: NonNullable<RuleKind['slo']>): readonly MadeRule[] {
  const allowed = 1 - objective / 100;
  const windows = [...new Set(burns.flatMap(({ longMs, shortMs }) => [longMs, shortMs]))].sort(
    (a, b) => a - b,
  );
  const series = (windowMs: number): string => `slo:error_ratio:rate${formatDuration(windowMs)}`;
  const recordings: MadeRule[] = windows.map((windowMs) => {
    const inWindow = (text: string): string => text.replaceAll('$window', formatDuration(windowMs));
    const expression =
      ratio === undefined ? `(${inWindow(bad ?? '')}) / (${inWindow(total ?? '')})` : inWindow(ratio);
    return { kind: 'recording', record: series(windowMs), expression, labels: { slo: name } };
  });
  const alerts = (['page', 'ticket'] as const).map((severity): MadeRule => {
    const parts = burns
      .filter((burn) => burn.severity === severity)
      .map(({ longMs, shortMs, budget }) => {
        // The factor as it is written in the workbook, not with the dust of floats.
        const factor = Number(((budget * window) / longMs).toPrecision(6));
        const limit = Number((factor * allowed).toPrecision(12));
        const over = (windowMs: number): string => `${series(windowMs)}{slo="${name}"} > ${limit}`;
        return `(${over(longMs)} and ${over(shortMs)})`;
      });
    return {
      kind: 'alerting',
      expression: parts.join(' or '),
      labels: { slo: name, severity },
      annotations: {
        summary: `The error budget of ${name} (${objective} % in ${formatDuration(window)}) burns too fast: {{ $value | humanizePercentage }} of requests fail`,
      },
      forecast: undefined,
      chart: {
        expression: `${series(300_000)}{slo="${name}"}`,
        threshold: Number(allowed.toPrecision(12)),
        direction: 'above',
        expected: null,
        lower: null,
        upper: null,
        unit: 'ratio',
      },
    };
  });
  return [...recordings, ...alerts];
}

function absentRule({ of, silent_for, remember, by }: NonNullable<RuleKind['absent']>): MadeRule {
  const seen = (windowMs: number): string => {
    const present = `present_over_time(${of.trim()}[${formatDuration(windowMs)}])`;
    return by === undefined ? present : `group by (${by.join(', ')}) (${present})`;
  };
  return {
    kind: 'alerting',
    expression: `(${seen(remember)} unless ${seen(silent_for)}) or absent_over_time(${of.trim()}[${formatDuration(remember)}])`,
    labels: {},
    annotations: {
      summary: `Nothing was received of ${of.trim().replaceAll('{{', '{ {')} for ${formatDuration(silent_for)}`,
    },
    forecast: undefined,
    listenMs: silent_for,
    chart: {
      expression: of,
      threshold: null,
      direction: null,
      expected: null,
      lower: null,
      upper: null,
      unit: null,
    },
  };
}

/** Series that heartbeats are stored as. */
export const HEARTBEAT_SERIES = 'statbar:heartbeat';

function deadmanRule({ heartbeat, within }: NonNullable<RuleKind['deadman']>): MadeRule {
  return {
    kind: 'alerting',
    expression: `absent_over_time(${HEARTBEAT_SERIES}{heartbeat="${heartbeat}"}[${formatDuration(within)}])`,
    labels: { heartbeat },
    annotations: { summary: `No heartbeat of ${heartbeat} within ${formatDuration(within)}` },
    forecast: undefined,
    chart: undefined,
  };
}
