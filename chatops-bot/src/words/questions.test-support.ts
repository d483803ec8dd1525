import { readFileSync } from 'node:fs';
import type { MetricKind, Vocabulary } from './vocabulary.ts';
import { addDays, dayOf, momentOf } from './zone.ts';

/** One line of `testdata/questions.txt`. */
export interface KnownQuestion {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  readonly expression: string;
  readonly instant: boolean;
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number | null;
}

export const timeZone = 'Europe/Berlin';
export const nowMs = Date.UTC(2026, 10, 23, 14, 20);

const folder = new URL('testdata/', import.meta.url);

export function knownVocabulary(): Vocabulary {
  const { metrics, values } = JSON.parse(readFileSync(new URL('vocabulary.json', folder), 'utf8')) as {
    metrics: readonly (readonly [string, MetricKind, string, string])[];
    values: Readonly<Record<string, readonly string[]>>;
  };
  return {
    metrics: metrics.map(([name, kind, labels, help]) => ({ name, kind, labels: labels.split(' '), help })),
    values: new Map(Object.entries(values)),
  };
}

export function knownQuestions(): KnownQuestion[] {
  const lines = readFileSync(new URL('questions.txt', folder), 'utf8')
    .split('\n')
    .filter((line) => line.includes(' => ') && !line.startsWith('#'));
  return lines.map((line, index) => {
    const [text, answer] = line.split(' => ');
    const [expression, time] = answer.split(' @ ');
    return { number: index + 1, text, expression, ...timeOf(time) };
  });
}

function timeOf(text: string): Pick<KnownQuestion, 'instant' | 'fromMs' | 'toMs' | 'offsetMs'> {
  const [at, offset] = text.split(' vs ');
  const offsetMs = offset === undefined ? null : durationMs(offset);
  if (at.startsWith('=')) {
    const toMs = at === '=' ? nowMs : localMs(at.slice(1));
    return { instant: true, fromMs: toMs, toMs, offsetMs };
  }
  const [from, to] = at.slice(1).split('..');
  if (to === undefined) return { instant: false, fromMs: nowMs - durationMs(from), toMs: nowMs, offsetMs };
  return { instant: false, fromMs: localMs(from), toMs: to === 'now' ? nowMs : localMs(to), offsetMs };
}

function durationMs(text: string): number {
  const found = /^(\d+)([mhd])$/.exec(text);
  if (found === null) throw new Error(`no duration: ${text}`);
  return Number(found[1]) * { m: 60_000, h: 3_600_000, d: 86_400_000 }[found[2] as 'm' | 'h' | 'd'];
}

function localMs(text: string): number {
  const [date, clock] = text.split('T');
  const [year, month, day] = date.split('-').map(Number);
  const [hour, minute] = clock.split(':').map(Number);
  return momentOf(addDays({ year, month, day }, 0), hour * 60 + minute, timeZone);
}

/** That the test's own times are what they are meant to be. */
export function todayIs(): string {
  const { year, month, day } = dayOf(nowMs, timeZone);
  return `${year}-${month}-${day}`;
}
