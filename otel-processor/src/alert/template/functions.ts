import { RE2JS } from 're2js';
import { FaultError, formatDuration, isFault, parseDuration, permanent } from '../../base/index.ts';
import {
  formatPrintf,
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  humanizeTimestamp,
  printed,
} from './format.ts';

/** One element of a query result as a template sees it: `.Labels`, `.Value`. */
export interface TemplateSample {
  readonly Labels: ReadonlyMap<string, string>;
  readonly Value: number;
}

/** What functions may ask of the outside. */
export interface TemplatePorts {
  /** Runs an instant query at the time of the evaluation. */
  query(expression: string): Promise<readonly TemplateSample[]>;
  readonly externalUrl: string;
}

export type TemplateFunction = (args: readonly unknown[], ports: TemplatePorts) => unknown;

function fail(message: string): never {
  throw new FaultError(permanent('invalid', message));
}

function number(value: unknown, name: string): number {
  if (typeof value === 'number') return value;
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (Number.isNaN(parsed) && value !== 'NaN') fail(`${name}: not a number: ${printed(value)}`);
  return parsed;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') fail(`${name}: expected a string, got ${printed(value)}`);
  return value;
}

function samples(value: unknown, name: string): readonly TemplateSample[] {
  if (!Array.isArray(value)) fail(`${name}: expected a query result`);
  return value;
}

function sample(value: unknown, name: string): TemplateSample {
  if (typeof value !== 'object' || value === null || !('Labels' in value)) fail(`${name}: expected a sample`);
  return value as TemplateSample;
}

function regex(pattern: unknown, name: string): RE2JS {
  try {
    return RE2JS.compile(text(pattern, name));
  } catch (error) {
    return fail(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Go's truth: false, 0, nil, the empty string and empty collections are false. */
export function isTrue(value: unknown): boolean {
  if (value instanceof Map) return value.size > 0;
  if (Array.isArray(value)) return value.length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '';
}

function compare(name: string, verdict: (order: number) => boolean): TemplateFunction {
  return ([a, b]) => {
    if (typeof a !== typeof b) fail(`${name}: incompatible types for comparison`);
    if (typeof a === 'number' && typeof b === 'number') return verdict(a - b);
    const [left, right] = [text(a, name), text(b, name)];
    return verdict(left < right ? -1 : Number(left > right));
  };
}

const numberFormat =
  (name: string, format: (value: number) => string): TemplateFunction =>
  ([value]) =>
    format(number(value, name));

const stringChange =
  (name: string, change: (value: string) => string): TemplateFunction =>
  ([value]) =>
    change(text(value, name));

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function index([container, ...keys]: readonly unknown[]): unknown {
  let value = container;
  for (const key of keys) {
    if (value instanceof Map) value = value.get(key) ?? '';
    else if (Array.isArray(value) && typeof key === 'number') {
      if (key < 0 || key >= value.length) fail(`index out of range: ${key}`);
      value = value[key];
    } else fail('index: neither a map nor a list');
  }
  return value;
}

function expressionPath(expression: unknown, name: string, tab: number): string {
  return `/graph?g0.expr=${encodeURIComponent(text(expression, name))}&g0.tab=${tab}`;
}

/**
 * Functions of Go templates and of Prometheus's alert templates
 * (prometheus.io, "Template reference"). One entry each.
 */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', ([value]) => !isTrue(value)],
  [
    'len',
    ([value]) =>
      value instanceof Map
        ? value.size
        : Array.isArray(value) || typeof value === 'string'
          ? value.length
          : fail('len: no length'),
  ],
  ['index', index],
  ['print', (args) => args.map(printed).join('')],
  ['println', (args) => `${args.map(printed).join(' ')}\n`],
  ['printf', ([format, ...values]) => formatPrintf(text(format, 'printf'), values)],
  ['html', (args) => escapeHtml(args.map(printed).join(''))],
  ['urlquery', (args) => encodeURIComponent(args.map(printed).join(''))],
  ['eq', ([a, ...others]) => others.some((b) => a === b)],
  ['ne', ([a, b]) => a !== b],
  ['lt', compare('lt', (order) => order < 0)],
  ['le', compare('le', (order) => order <= 0)],
  ['gt', compare('gt', (order) => order > 0)],
  ['ge', compare('ge', (order) => order >= 0)],
  ['query', ([expression], ports) => ports.query(text(expression, 'query'))],
  ['first', ([result]) => samples(result, 'first')[0] ?? fail('first() called on vector with no elements')],
  ['label', ([name, element]) => sample(element, 'label').Labels.get(text(name, 'label')) ?? ''],
  ['value', ([element]) => sample(element, 'value').Value],
  ['strvalue', ([element]) => sample(element, 'strvalue').Labels.get('__value__') ?? ''],
  [
    'sortByLabel',
    ([name, result]) => {
      const key = text(name, 'sortByLabel');
      const labelOf = (each: TemplateSample): string => each.Labels.get(key) ?? '';
      return [...samples(result, 'sortByLabel')].sort((a, b) =>
        labelOf(a) < labelOf(b) ? -1 : Number(labelOf(a) > labelOf(b)),
      );
    },
  ],
  ['humanize', numberFormat('humanize', humanize)],
  ['humanize1024', numberFormat('humanize1024', humanize1024)],
  ['humanizeDuration', numberFormat('humanizeDuration', humanizeDuration)],
  ['humanizePercentage', numberFormat('humanizePercentage', humanizePercentage)],
  ['humanizeTimestamp', numberFormat('humanizeTimestamp', humanizeTimestamp)],
  ['toDuration', numberFormat('toDuration', (seconds) => formatDuration(Math.round(seconds * 1000)))],
  [
    'parseDuration',
    ([duration]) => {
      const durationMs = parseDuration(text(duration, 'parseDuration'));
      return isFault(durationMs) ? fail(durationMs.message) : durationMs / 1000;
    },
  ],
  [
    'title',
    stringChange('title', (value) =>
      value.replace(/(^|\s)(\S)/gu, (_, space: string, letter: string) => space + letter.toUpperCase()),
    ),
  ],
  ['toUpper', stringChange('toUpper', (value) => value.toUpperCase())],
  ['toLower', stringChange('toLower', (value) => value.toLowerCase())],
  ['safeHtml', stringChange('safeHtml', (value) => value)],
  ['urlQueryEscape', stringChange('urlQueryEscape', (value) => encodeURIComponent(value))],
  ['stripPort', stringChange('stripPort', (value) => value.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1'))],
  [
    'stripDomain',
    stringChange('stripDomain', (value) => {
      const [, host, port] = /^(.*?)(:\d+)?$/.exec(value) ?? ['', value, ''];
      return /^[\d.]+$|:/.test(host) ? value : `${host.split('.')[0]}${port ?? ''}`;
    }),
  ],
  ['match', ([pattern, value]) => regex(pattern, 'match').matcher(text(value, 'match')).find()],
  [
    'reReplaceAll',
    ([pattern, replacement, value]) =>
      regex(pattern, 'reReplaceAll')
        .matcher(text(value, 'reReplaceAll'))
        .replaceAll(text(replacement, 'reReplaceAll')),
  ],
  ['externalURL', (_, ports) => ports.externalUrl],
  ['pathPrefix', (_, ports) => ports.externalUrl.replace(/^[a-z]+:\/\/[^/]*/i, '')],
  ['graphLink', ([expression]) => expressionPath(expression, 'graphLink', 0)],
  ['tableLink', ([expression]) => expressionPath(expression, 'tableLink', 1)],
]);
