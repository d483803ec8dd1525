import { type Span, SyntaxFault } from './span.ts';

export type TokenKind =
  | 'end'
  | 'identifier'
  | 'number'
  | 'duration'
  | 'string'
  /** The kind of an operator or a bracket is its text. */
  | 'symbol';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string, what it says after escapes. */
  readonly text: string;
  readonly span: Span;
}

const space = /(?:[ \t\r\n]+|#[^\n]*)+/y;
const identifier = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const plainIdentifier = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const duration = /(?:[0-9]+(?:ms|[smhdwy]))+(?![a-zA-Z0-9_.])/y;
const number =
  /(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?)(?![a-zA-Z0-9_.])/y;
const badNumber = /[0-9.][0-9a-zA-Z_.]*/y;
const symbol = /==|=~|=|!=|!~|<=|<\/|<|>=|>\/|>|[-+*/%^(){}[\],:@]/y;

/** Reads one token after another. Inside square brackets a colon is never part of a name. */
export class Lexer {
  readonly #text: string;
  #at = 0;
  #brackets = 0;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Token {
    this.#match(space);
    const start = this.#at;
    const text = this.#text;
    if (start >= text.length) return { kind: 'end', text: '', span: { start, end: start } };
    const code = text.charCodeAt(start);
    if (code === 0x22 || code === 0x27 || code === 0x60) return this.#string(code);
    if (isDigit(code) || (code === 0x2e && isDigit(text.charCodeAt(start + 1)))) return this.#number();
    const name = this.#match(this.#brackets > 0 ? plainIdentifier : identifier);
    // A lone colon inside braces or brackets is punctuation.
    if (name !== undefined && name !== ':') return this.#token('identifier', name, start);
    if (name === ':') this.#at = start;
    const found = this.#match(symbol);
    if (found === undefined) {
      const shown = JSON.stringify(String.fromCodePoint(text.codePointAt(start) ?? 0));
      if (code === 0x21)
        throw new SyntaxFault(
          { start, end: start + 1 },
          `unexpected character after '!': ${JSON.stringify(text[start + 1] ?? '')}`,
        );
      throw new SyntaxFault({ start, end: start + 1 }, `unexpected character: ${shown}`);
    }
    if (found === '[') this.#brackets += 1;
    else if (found === ']' && this.#brackets > 0) this.#brackets -= 1;
    return this.#token('symbol', found, start);
  }

  #token(kind: TokenKind, text: string, start: number): Token {
    return { kind, text, span: { start, end: this.#at } };
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match[0];
  }

  #number(): Token {
    const start = this.#at;
    const found = this.#match(duration);
    if (found !== undefined) return this.#token('duration', found, start);
    const digits = this.#match(number);
    if (digits !== undefined) return this.#token('number', digits, start);
    const bad = this.#match(badNumber) ?? '';
    throw new SyntaxFault({ start, end: this.#at }, `bad number or duration syntax: ${JSON.stringify(bad)}`);
  }

  #string(quote: number): Token {
    const start = this.#at;
    const text = this.#text;
    if (quote === 0x60) {
      const end = text.indexOf('`', start + 1);
      if (end < 0) throw new SyntaxFault({ start, end: text.length }, 'unterminated raw string');
      this.#at = end + 1;
      return this.#token('string', text.slice(start + 1, end), start);
    }
    let end = start + 1;
    let escaped = false;
    for (; ; end++) {
      const code = text.charCodeAt(end);
      if (Number.isNaN(code) || code === 0x0a) {
        throw new SyntaxFault({ start, end }, 'unterminated quoted string');
      }
      if (code === quote) break;
      if (code === 0x5c) {
        escaped = true;
        end += 1;
      }
    }
    this.#at = end + 1;
    const body = text.slice(start + 1, end);
    return this.#token('string', escaped ? unescaped(body, start + 1) : body, start);
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

const escapeSequence = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.|$)/gs;

/** Go's escapes. `\x` and octal ones are bytes: neighbours that form UTF-8 become their character. */
function unescaped(body: string, offset: number): string {
  let bytes: number[] = [];
  let result = '';
  let last = 0;
  const flush = (): void => {
    if (bytes.length > 0) result += decodeBytes(bytes);
    bytes = [];
  };
  for (const match of body.matchAll(escapeSequence)) {
    if (match.index > last) {
      flush();
      result += body.slice(last, match.index);
    }
    const found = match[0];
    last = match.index + found.length;
    const head = found[1] ?? '';
    if (found.length === 4) {
      bytes.push(
        head === 'x' ? Number.parseInt(found.slice(2), 16) : Number.parseInt(found.slice(1), 8) & 0xff,
      );
      continue;
    }
    flush();
    const code = found.length > 4 ? Number.parseInt(found.slice(2), 16) : -1;
    const simple = simpleEscapes[head];
    if (code >= 0 && code <= 0x10ffff) result += String.fromCodePoint(code);
    else if (code < 0 && simple !== undefined) result += simple;
    else {
      const start = offset + match.index;
      throw new SyntaxFault(
        { start, end: start + found.length },
        `unknown escape sequence ${JSON.stringify(found)}`,
      );
    }
  }
  flush();
  return result + body.slice(last);
}

/** UTF-8; a byte that is none becomes the lone surrogate U+DC80 + (byte - 0x80), so that it is not lost. */
function decodeBytes(bytes: readonly number[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes));
  } catch {
    return bytes.map((byte) => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('');
  }
}
