import type { RichTextElement, RichTextSection } from '@slack/types';
import { cutText, type RichText, type Span, utcText } from '../reply/index.ts';

/**
 * Text as elements of a `rich_text` block: nothing in it is read as markup, whatever a label's value holds. Empty texts
 * are not allowed there and are left out.
 */
export function elementsOf(text: RichText, lengthMax: number): RichTextElement[] {
  const elements: RichTextElement[] = [];
  let left = lengthMax;
  for (const span of text) {
    if (left <= 0) break;
    const element = elementOf(span, left);
    if (element === undefined) continue;
    elements.push(element);
    left -= 'text' in element && element.text !== undefined ? Array.from(element.text).length : 20;
  }
  return elements;
}

export function sectionOf(text: RichText, lengthMax: number): RichTextSection {
  const elements = elementsOf(text, lengthMax);
  return {
    type: 'rich_text_section',
    elements: elements.length === 0 ? [{ type: 'text', text: '–' }] : elements,
  };
}

function elementOf(span: Span, lengthMax: number): RichTextElement | undefined {
  switch (span.kind) {
    case 'text': {
      const text = cutText(wellFormed(span.text), lengthMax);
      if (text === '') return undefined;
      const style = {
        ...(span.bold === true ? { bold: true } : {}),
        ...(span.italic === true ? { italic: true } : {}),
        ...(span.code === true ? { code: true } : {}),
        ...(span.strike === true ? { strike: true } : {}),
      };
      return { type: 'text', text, ...(Object.keys(style).length === 0 ? {} : { style }) };
    }
    case 'link': {
      const text = cutText(wellFormed(span.text), lengthMax);
      return { type: 'link', url: span.url, ...(text === '' ? {} : { text }) };
    }
    case 'time':
      return {
        type: 'date',
        timestamp: secondsOf(span.atMs),
        format: span.form === 'time' ? '{time}' : '{date_short_pretty} {time}',
        fallback: utcText(span.atMs, span.form),
      };
    case 'mention':
      return isUserId(span.person.platformId)
        ? { type: 'user', user_id: span.person.platformId }
        : { type: 'text', text: cutText(wellFormed(span.person.name) || 'somebody', lengthMax) };
  }
}

/** Text as `mrkdwn`, for the small print: what Slack would read as a link, a mention or a channel is escaped. */
export function mrkdwn(text: RichText, lengthMax: number): string {
  let out = '';
  for (const span of text) {
    const piece = mrkdwnOf(span);
    if (out.length + piece.length > lengthMax) {
      // Whole pieces only: half of an escape or of a date is worse than none. Plain text can be cut.
      if (span.kind === 'text')
        out += escapeMrkdwn(cutText(span.text, Math.max(0, (lengthMax - out.length) / 6)));
      break;
    }
    out += piece;
  }
  return out.trim() === '' ? '–' : out;
}

function mrkdwnOf(span: Span): string {
  switch (span.kind) {
    case 'text': {
      const text = escapeMrkdwn(span.text);
      if (text.trim() === '') return text;
      if (span.code === true) return `\`${text.replaceAll('`', 'ˋ')}\``;
      if (span.bold === true && !text.includes('*')) return `*${text}*`;
      return span.italic === true && !text.includes('_') ? `_${text}_` : text;
    }
    case 'link':
      return `<${span.url.replace(/[<>|]/g, encodeURIComponent)}|${escapeMrkdwn(span.text).replaceAll('|', '¦')}>`;
    case 'time': {
      const format = span.form === 'time' ? '{time}' : '{date_short_pretty} {time}';
      return `<!date^${secondsOf(span.atMs)}^${format}|${utcText(span.atMs, span.form)}>`;
    }
    case 'mention':
      return isUserId(span.person.platformId)
        ? `<@${span.person.platformId}>`
        : escapeMrkdwn(span.person.name);
  }
}

/** The three characters that Slack reads itself. */
export function escapeMrkdwn(text: string): string {
  return wellFormed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** JSON can carry halves of surrogate pairs, UTF-8 cannot; Slack drops other control characters itself. */
export function wellFormed(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is to go.
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '');
}

function secondsOf(atMs: number): number {
  return Number.isFinite(atMs) ? Math.max(0, Math.min(Math.floor(atMs / 1000), 253_402_300_799)) : 0;
}

function isUserId(id: string | null): id is string {
  return id !== null && /^[UW][A-Z0-9]{2,20}$/.test(id);
}
