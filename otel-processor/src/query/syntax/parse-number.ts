import { isFault, parseDuration } from '../../base/index.ts';
import type { Token } from './lexer.ts';
import { SyntaxFault } from './span.ts';
import type { Tokens } from './tokens.ts';

/** The value of a `number` token: Go's notation, so underscores, 0x, 0b, 0o, and 010 is eight. */
export function numberOf(token: Token): number {
  const text = token.text.replaceAll('_', '');
  if (/^0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  const value = Number(text);
  if (Number.isNaN(value)) throw badNumber(token);
  return value;
}

/** The value of a `duration` token in seconds. */
export function secondsOf(token: Token): number {
  const durationMs = parseDuration(token.text);
  if (isFault(durationMs)) throw badNumber(token);
  return durationMs / 1000;
}

function badNumber(token: Token): SyntaxFault {
  return new SyntaxFault(token.span, `bad number or duration syntax: ${JSON.stringify(token.text)}`);
}

/** A number or duration literal, or `inf` and `nan`; undefined when the current token is none. */
export function parseNumber(tokens: Tokens): { value: number; duration: boolean } | undefined {
  const token = tokens.current;
  if (token.kind === 'number') {
    tokens.take();
    return { value: numberOf(token), duration: false };
  }
  if (token.kind === 'duration') {
    tokens.take();
    return { value: secondsOf(token), duration: true };
  }
  const word = tokens.keyword;
  if (word !== 'inf' && word !== 'nan') return undefined;
  tokens.take();
  return { value: word === 'inf' ? Number.POSITIVE_INFINITY : Number.NaN, duration: false };
}
