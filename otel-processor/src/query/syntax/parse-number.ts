import { isFault, parseDuration } from '../../base/index.ts';
import type { Token } from './lexer.ts';
import { SyntaxFault } from './span.ts';

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
