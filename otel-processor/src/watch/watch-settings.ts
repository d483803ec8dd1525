import {
  type DetectorMethod,
  detectorMethod,
  type GroupDetectorMethod,
  groupDetectorMethod,
  type SignalProfile,
} from '../detect/index.ts';
import type { WatchConfig, WatchEntry } from './config.ts';

/** How the signals of one family or expression are watched. */
export interface SignalSettings {
  readonly profile: SignalProfile;
  /** Somebody asked for it: no allowance is made for how many other signals there are. */
  readonly chosen: boolean;
  /** Undefined: as signals are that nobody chose. */
  readonly method: DetectorMethod | undefined;
}

export interface ExpressionSettings {
  readonly settings: SignalSettings;
  readonly expression: ExpressionSource;
}

export interface ExpressionSource {
  readonly text: string;
  /** Series of the result, or groups of them, that are watched, at most. */
  readonly seriesMax: number;
  /** Its series are judged in groups. */
  readonly groups: { readonly method: GroupDetectorMethod; readonly by: readonly string[] } | undefined;
}

/** What the configuration says about metrics. */
export class WatchSettings {
  readonly #config: WatchConfig;
  readonly #entries: ReadonlyArray<{
    readonly entry: WatchEntry;
    readonly test: (metric: string) => boolean;
  }>;

  readonly #expressions = new Map<string, WatchEntry>();

  constructor(config: WatchConfig, entries: readonly WatchEntry[]) {
    this.#config = config;
    for (const entry of entries) {
      if (entry.expression !== undefined && entry.name !== undefined)
        this.#expressions.set(entry.name, entry);
    }
    this.#entries = entries
      .filter(({ metric }) => metric !== undefined)
      .map((entry) => ({ entry, test: nameTest(entry.metric ?? '') }));
  }

  /** Names of the watched expressions. */
  expressionNames(): readonly string[] {
    return [...this.#expressions.keys()];
  }

  /** Undefined when no watched expression has this name. */
  ofExpression(name: string): ExpressionSettings | undefined {
    const entry = this.#expressions.get(name);
    if (entry?.expression === undefined) return undefined;
    return {
      settings: settingsOf(this.#config, entry, false),
      expression: {
        text: entry.expression,
        seriesMax: entry.series_max,
        groups: groupsOf(entry),
      },
    };
  }

  /** Undefined when the metric is not watched. The first entry that names it decides. */
  ofMetric(metric: string, neverNegative: boolean): SignalSettings | undefined {
    const found = this.#entries.find(({ test }) => test(metric));
    if (found === undefined && !this.#config.enabled) return undefined;
    if (found?.entry.ignore === true) return undefined;
    return settingsOf(this.#config, found?.entry, neverNegative);
  }
}

export function settingsOf(
  config: WatchConfig,
  entry: WatchEntry | undefined,
  neverNegative: boolean,
): SignalSettings {
  const min = entry?.min ?? (neverNegative ? 0 : undefined);
  const max = entry?.max;
  const range =
    min === undefined && max === undefined
      ? {}
      : { range: { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) } };
  const stepMs = entry === undefined || entry.step === 0 ? config.step : entry.step;
  return {
    chosen: entry !== undefined,
    method: entry === undefined ? undefined : detectorMethod(entry.method),
    profile: {
      // Steps are whole numbers of looks.
      stepMs: Math.max(1, Math.round(stepMs / config.look)) * config.look,
      direction: entry?.direction ?? config.direction,
      effectMin: entry?.effect_min ?? config.effect_min,
      effectRelativeMin: entry?.effect_relative_min ?? config.effect_relative_min,
      periodsMs: entry?.seasons ?? [],
      timeZone: entry?.time_zone ?? config.time_zone,
      holidays: entry?.holidays ?? config.holidays,
      alertsPerWeek: entry?.alerts_per_week ?? config.alerts_per_week,
      ...range,
    },
  };
}

function groupsOf({ method, by }: WatchEntry): ExpressionSource['groups'] {
  const found = groupDetectorMethod(method);
  return found === undefined ? undefined : { method: found, by: by ?? [] };
}

/** As text: what values are, and what is learnt from them; not how they are judged. */
export function learntByOf(
  { profile, method }: SignalSettings,
  expression: ExpressionSource | undefined,
): string {
  const { stepMs, periodsMs, timeZone, holidays, range } = profile;
  const { text, groups } = expression ?? {};
  const source = [text ?? null, method?.name ?? null, groups?.method.name ?? null, groups?.by ?? null];
  return JSON.stringify([stepMs, periodsMs, timeZone, holidays, range ?? null, ...source]);
}

/** A text with `*` for any text, as a test. */
function nameTest(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return (name) => name === pattern;
  return (name) => {
    const last = parts[parts.length - 1];
    if (!name.startsWith(parts[0]) || name.length < parts[0].length + last.length || !name.endsWith(last))
      return false;
    let at = parts[0].length;
    for (const part of parts.slice(1, -1)) {
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > name.length - last.length) return false;
      at = found + part.length;
    }
    return true;
  };
}
