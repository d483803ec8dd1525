import { type Fault, isFault, permanent } from '../base/index.ts';
import { createMatcher, type LabelRecord, type Matcher, type MatchType } from '../model/index.ts';

const one =
  /^\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"{}=!~,]+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^,"]*?))\s*$/su;

/**
 * A matcher in Alertmanager's notation: `severity="page"`, `team=~web|db`, `"odd name"!=x`. Quotes are optional where the
 * value has no comma (alertmanager docs, "Matcher").
 */
export function parseMatcherText(text: string): Matcher | Fault {
  const match = one.exec(text);
  if (match === null) {
    return permanent(
      'invalid',
      `not a matcher: ${JSON.stringify(text)} (expected for example severity="page")`,
    );
  }
  const [, quotedName, name, type, quotedValue, value] = match;
  return createMatcher(type as MatchType, name ?? unquote(quotedName), value ?? unquote(quotedValue));
}

/** Several in one text: `{a="b", c=~"d"}`, with or without braces; or one per element. */
export function parseMatcherTexts(texts: readonly string[]): readonly Matcher[] | Fault {
  const matchers: Matcher[] = [];
  for (const text of texts) {
    for (const part of splitCommas(text.trim().replace(/^\{(.*)\}$/s, '$1'))) {
      const matcher = parseMatcherText(part);
      if (isFault(matcher)) return matcher;
      matchers.push(matcher);
    }
  }
  return matchers;
}

/** Whether all matchers hold; an absent label is the empty text. */
export function matchesAll(matchers: readonly Matcher[], labels: LabelRecord): boolean {
  return matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? ''));
}

/** Alertmanager's notation of a matcher. */
export function matcherText({ name, type, value }: Pick<Matcher, 'name' | 'type' | 'value'>): string {
  const shown = /^[\p{L}_:][\p{L}\p{N}_:.]*$/u.test(name) ? name : JSON.stringify(name);
  return `${shown}${type}${JSON.stringify(value)}`;
}

function unquote(text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => (char === 'n' ? '\n' : char));
}

function splitCommas(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (quoted && char === '\\') {
      part += char + (text[++i] ?? '');
      continue;
    }
    if (char === '"') quoted = !quoted;
    if (char === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts.filter((each) => each.trim() !== '');
}
