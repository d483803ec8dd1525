import type { Mention, RichText, Span } from './types.ts';

/* Short hands for text. */

export const plain = (text: string): Span => ({ kind: 'text', text });
export const bold = (text: string): Span => ({ kind: 'text', text, bold: true });
export const italic = (text: string): Span => ({ kind: 'text', text, italic: true });
export const code = (text: string): Span => ({ kind: 'text', text, code: true });
export const link = (text: string, url: string): Span => ({ kind: 'link', text, url });
export const moment = (atMs: number): Span => ({ kind: 'time', atMs, form: 'date_time' });
export const timeOfDay = (atMs: number): Span => ({ kind: 'time', atMs, form: 'time' });
export const mention = (person: Mention): Span => ({ kind: 'mention', person });

/** Strings are plain text. */
export function rich(...parts: readonly (string | Span)[]): RichText {
  return parts.map((part) => (typeof part === 'string' ? plain(part) : part));
}

/** Without styles; times in UTC. */
export function plainText(text: RichText): string {
  return text.map(spanText).join('');
}

function spanText(span: Span): string {
  switch (span.kind) {
    case 'text':
    case 'link':
      return span.text;
    case 'time':
      return utcText(span.atMs, span.form);
    case 'mention':
      return span.person.name;
  }
}

/** `2026-11-23 02:27 UTC`, or `02:27 UTC`. */
export function utcText(atMs: number, form: 'time' | 'date_time'): string {
  const clamped = Math.min(Math.max(atMs, -8.64e15), 8.64e15);
  const text = new Date(Number.isFinite(clamped) ? clamped : 0).toISOString().replace(/:\d\d\.\d+Z$/, '');
  const [day, time] = text.split('T');
  return form === 'time' ? `${time} UTC` : `${day} ${time} UTC`;
}

/** At most `lengthMax` code points; what is cut ends in an ellipsis. Halves of surrogate pairs, which UTF-8 cannot carry, go. */
export function cutText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text.toWellFormed();
  // A point has at most two units: what is beyond twice the length cannot be needed.
  const points = Array.from(text.slice(0, 2 * lengthMax + 2).toWellFormed());
  if (points.length <= lengthMax) return points.join('');
  return lengthMax <= 0 ? '' : `${points.slice(0, lengthMax - 1).join('')}…`;
}
