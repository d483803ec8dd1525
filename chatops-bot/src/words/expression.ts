import type { Aggregator, Modifiers } from './modifiers.ts';
import type { Filter, Reading } from './reading.ts';
import type { SaidTime } from './time-words.ts';
import type { IndexedMetric } from './vocabulary.ts';

/** What an expression is made for: a line over a time, or one value. */
export interface Shape {
  readonly instant: boolean;
  /** In brackets behind selectors of counters and histograms. */
  readonly windowMs: number;
  /** One value over all of the time that was said. */
  readonly overSpan: boolean;
}

/** What a ratio is divided by. */
export interface Divisor {
  readonly reading: Reading;
  /** The counted is not part of the divisor's metric (hits and misses): both are added up. */
  readonly plusNumerator: boolean;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How a question is to be evaluated. */
export function shapeOf(modifiers: Modifiers, time: SaidTime, metric: IndexedMetric): Shape {
  const spanMs = time.toMs - time.fromMs;
  const isGauge = metric.kind === 'gauge';
  const counted = modifiers.counts && modifiers.perSeconds === null && !isGauge;
  const extreme = modifiers.extreme !== null && modifiers.top === null;
  const ranked = modifiers.top !== null;
  const instant =
    counted ||
    ranked ||
    extreme ||
    time.instant ||
    (modifiers.oneValue && !time.said && modifiers.perSeconds === null);
  const overSpan = counted || ((ranked || extreme) && time.said);
  return { instant, overSpan, windowMs: overSpan ? spanMs : windowFor(spanMs) };
}

/** Counters are looked at through a window that suits the steps of the line. */
export function windowFor(spanMs: number): number {
  if (spanMs <= 12 * HOUR) return 5 * MINUTE;
  if (spanMs <= 2 * DAY) return 30 * MINUTE;
  return spanMs <= 8 * DAY ? 2 * HOUR : 6 * HOUR;
}

/** The expression for a question that was understood as `reading`. */
export function expressionOf(
  reading: Reading,
  modifiers: Modifiers,
  shape: Shape,
  divisor: Divisor | null,
): string {
  const value = new ExpressionWriter(modifiers, shape).value(reading, divisor);
  const scale =
    modifiers.perSeconds === null || modifiers.perSeconds === 1 ? '' : ` * ${modifiers.perSeconds}`;
  const scaled = `${value}${scale}`;
  const { top } = modifiers;
  if (top === null) return scaled;
  const count = top.count ?? (reading.topPlural ? 5 : 1);
  return `${top.bottom ? 'bottomk' : 'topk'}(${count}, ${scaled})`;
}

class ExpressionWriter {
  readonly #modifiers: Modifiers;
  readonly #shape: Shape;

  constructor(modifiers: Modifiers, shape: Shape) {
    this.#modifiers = modifiers;
    this.#shape = shape;
  }

  value(reading: Reading, divisor: Divisor | null): string {
    if (divisor !== null) return this.#ratio(reading, divisor);
    const { metric, errorCodes, wantsQuantity } = reading;
    const extra = errorCodes === null ? [] : [errorCodes];
    const isHistogram = metric.kind === 'histogram' || metric.kind === 'native_histogram';
    if (
      isHistogram &&
      (wantsQuantity || this.#modifiers.quantile !== null || this.#modifiers.aggregator === 'avg')
    ) {
      return this.#quantity(reading);
    }
    return metric.kind === 'gauge' ? this.#gauge(reading) : this.#count(reading, extra);
  }

  #ratio(reading: Reading, { reading: below, plusNumerator }: Divisor): string {
    const codes = reading.errorCodes === null ? [] : [reading.errorCodes];
    const above = this.#count(reading, codes);
    const under = this.#count(below, []);
    const ratio = plusNumerator ? `${above} / (${above} + ${under})` : `${above} / ${under}`;
    return this.#modifiers.ratio === 'percent' ? `100 * ${ratio}` : ratio;
  }

  /** Rates, or increases over the whole time. */
  #count(reading: Reading, extra: readonly Filter[]): string {
    const { metric, groupBy } = reading;
    const isAmount =
      this.#shape.overSpan &&
      (this.#modifiers.counts || this.#modifiers.top !== null || this.#modifiers.extreme !== null);
    const call =
      isAmount && this.#modifiers.perSeconds === null && this.#modifiers.ratio === null ? 'increase' : 'rate';
    const suffix = metric.kind === 'histogram' ? '_count' : '';
    const range = this.#range(`${metric.name}${suffix}`, [...reading.filters, ...extra]);
    const inner = `${call}(${range})`;
    const counted = metric.kind === 'native_histogram' ? `histogram_count(${inner})` : inner;
    return aggregated(this.#modifiers.aggregator ?? this.#modifiers.extreme ?? 'sum', groupBy, counted);
  }

  #quantity({ metric, groupBy, filters }: Reading): string {
    const { name, kind } = metric;
    if (this.#modifiers.quantile === null && this.#modifiers.aggregator === 'avg') {
      if (kind === 'native_histogram') {
        return `histogram_avg(${aggregated('sum', groupBy, `rate(${this.#range(name, filters)})`)})`;
      }
      const part = (suffix: string): string =>
        aggregated('sum', groupBy, `rate(${this.#range(`${name}${suffix}`, filters)})`);
      return `${part('_sum')} / ${part('_count')}`;
    }
    const quantile = this.#modifiers.quantile ?? 0.95;
    if (kind === 'native_histogram') {
      return `histogram_quantile(${quantile}, ${aggregated('sum', groupBy, `rate(${this.#range(name, filters)})`)})`;
    }
    const inner = aggregated('sum', ['le', ...groupBy], `rate(${this.#range(`${name}_bucket`, filters)})`);
    return `histogram_quantile(${quantile}, ${inner})`;
  }

  #gauge({ metric, groupBy, filters }: Reading): string {
    const { aggregator, extreme } = this.#modifiers;
    const byDefault = isAdditive(metric) ? 'sum' : 'avg';
    if (!this.#shape.overSpan) {
      return aggregated(aggregator ?? extreme ?? byDefault, groupBy, selectorText(metric.name, filters));
    }
    const over = `${aggregator === 'max' || aggregator === 'min' ? aggregator : (extreme ?? 'avg')}_over_time`;
    const inner = `${over}(${this.#range(metric.name, filters)})`;
    return aggregated(aggregator ?? extreme ?? byDefault, groupBy, inner);
  }

  #range(name: string, filters: readonly Filter[]): string {
    return `${selectorText(name, filters)}[${durationText(this.#shape.windowMs)}]`;
  }
}

function aggregated(aggregator: Aggregator, groupBy: readonly string[], inner: string): string {
  const by = groupBy.length === 0 ? '' : ` by (${groupBy.toSorted().map(labelText).join(', ')}) `;
  return `${aggregator}${by}(${inner})`;
}

/** `name{label="value",other=~"a|b"}`, labels in order; names that are no identifiers are quoted. */
export function selectorText(name: string, filters: readonly Filter[]): string {
  const matchers = filters
    .toSorted((a, b) => (a.label < b.label ? -1 : a.label > b.label ? 1 : 0))
    .map(matcherText);
  if (/^[a-zA-Z_:][\w:]*$/.test(name)) return matchers.length === 0 ? name : `${name}{${matchers.join(',')}}`;
  return `{${[quoted(name), ...matchers].join(',')}}`;
}

function matcherText({ label, negated, values, pattern }: Filter): string {
  const not = negated ? '!' : '';
  if (pattern === undefined && values.length === 1) return `${labelText(label)}${not}=${quoted(values[0])}`;
  const text =
    pattern ??
    values
      .toSorted()
      .map((value) => value.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'))
      .join('|');
  return `${labelText(label)}${negated ? '!~' : '=~'}${quoted(text)}`;
}

function labelText(label: string): string {
  return /^[a-zA-Z_]\w*$/.test(label) ? label : quoted(label);
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** Adding up makes sense: bytes and counts, not ratios and degrees. */
function isAdditive({ name, nameStems, unitStems }: IndexedMetric): boolean {
  if (name === 'up' || /_(success|ready|healthy|up)$/.test(name)) return false;
  const stems = [...nameStems, ...unitStems];
  return !stems.some((stem) =>
    /^(ratio|percent|celsiu?s?|fahrenheit|temperatur|load\d*|utilization|age|second|millisecond|score)$/.test(
      stem,
    ),
  );
}

/** `5m`, `1d`, `15h20m`: days only when there is nothing else. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(1, Math.round(durationMs / 1000));
  if (seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  const [hours, minutes, rest] = [
    Math.floor(seconds / 3600),
    Math.floor((seconds % 3600) / 60),
    seconds % 60,
  ];
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${rest > 0 ? `${rest}s` : ''}`;
}
