import { type Point, parseMetric } from '../query/index.ts';
import type { QueryResult } from '../query/types.ts';
import { printHistogram, printLabels, printNumber } from './print.ts';
import { parsePoints } from './timed-value.ts';

/** What the body of an `eval` says: directives (`expect ...`) and the lines of the result. */
export interface Expectations {
  readonly directives: readonly string[];
  readonly lines: readonly string[];
}

export function splitExpectations(body: readonly string[]): Expectations {
  return {
    directives: body.filter((line) => line.startsWith('expect ')).map((line) => line.slice('expect '.length)),
    lines: body.filter((line) => !line.startsWith('expect ')),
  };
}

/** Same labels and values in one spelling, so that texts can be compared. */
export function normalizeLine(line: string): string {
  if (line.startsWith('"')) return JSON.stringify(JSON.parse(line));
  if (/^[-+]?(\d|\.\d|Inf|NaN)/i.test(line)) return parsePoints(line).map(printPoint).join(' ');
  const { labels, rest } = parseMetric(line);
  return `${printLabels(labels)} ${parsePoints(rest).map(printPoint).join(' ')}`;
}

function printPoint(point: Point): string {
  if (point.kind === 'gap') return '_';
  if (point.kind === 'stale') return 'stale';
  return point.kind === 'float' ? printNumber(point.value) : printHistogram(point.histogram);
}

/** Why a result is not what its lines say, or undefined: `-` is expected and missing, `+` is there and not expected. */
export function compareLines(
  expected: readonly string[],
  actual: readonly string[],
  ordered: boolean,
  normalize = true,
): string | undefined {
  const wanted = normalize ? expected.map(normalizeLine) : [...expected];
  const given = [...actual];
  if (!ordered) {
    wanted.sort();
    given.sort();
  }
  if (wanted.length === given.length && wanted.every((line, index) => line === given[index]))
    return undefined;
  return difference(wanted, given, ordered).join('\n');
}

/** Lines of the two in their order: neighbours of a missing line are the ones that came instead. */
function difference(wanted: readonly string[], given: readonly string[], ordered: boolean): string[] {
  const lines: string[] = [];
  const isGiven = new Set(given);
  const isWanted = new Set(wanted);
  let at = 0;
  for (const line of wanted) {
    if (!isGiven.has(line)) {
      lines.push(`- ${line}`);
      continue;
    }
    while (at < given.length && !isWanted.has(given[at])) lines.push(`+ ${given[at++]}`);
    lines.push(`  ${line}`);
    at += 1;
  }
  for (const line of given.slice(at)) if (!isWanted.has(line)) lines.push(`+ ${line}`);
  if (given.length === 0) lines.push('+ (nothing)');
  if (wanted.length === 0) lines.unshift('- (nothing)');
  if (ordered && wanted.every((line) => isGiven.has(line)))
    return ['in this order:', ...given.map((line) => `+ ${line}`)];
  return lines;
}

/** Why a result's warnings and infos are not what the directives say, or undefined. */
export function compareAnnotations(directives: readonly string[], result: QueryResult): string | undefined {
  for (const [kind, texts] of [
    ['warn', result.warnings],
    ['info', result.infos],
  ] as const) {
    const wanted = directives.filter((directive) => directive === kind || directive.startsWith(`${kind} `));
    if (directives.includes(`no_${kind}`) && texts.length > 0)
      return `expected no ${kind}, got: ${texts.join('; ')}`;
    if (wanted.length > 0 && texts.length === 0) return `expected a ${kind}, got none`;
    for (const directive of wanted) {
      if (!texts.some((text) => matchesText(directive.slice(kind.length), text))) {
        return `expected ${directive}, got: ${texts.join('; ')}`;
      }
    }
  }
  return undefined;
}

/** `msg: TEXT` is the whole message, `regex: RE` a part of it, nothing matches any. */
export function matchesText(condition: string, text: string): boolean {
  const [, kind, content] = /^\s*(?:(msg|regex):\s*(.*))?$/.exec(condition) ?? [];
  if (kind === 'msg') return text === content;
  return kind === undefined || new RegExp(content).test(text);
}
