export type TokenKind =
  | 'name'
  | 'number'
  | 'duration'
  | 'string'
  | 'operator'
  | 'open'
  | 'close'
  | 'comma'
  | 'variable'
  | 'comment'
  | 'other';

/** A piece of PromQL, with where it starts. White space lies between tokens and is none. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

// In this order: what stands first wins.
const patterns: ReadonlyArray<readonly [TokenKind, RegExp]> = [
  ['comment', /#[^\n]*/y],
  ['string', /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`[^`]*`?/y],
  ['variable', /\$\{[^}]*\}|\$\w+|\[\[\w+(?::\w+)?\]\]/y],
  ['duration', /(?:\d+(?:ms|[smhdwy]))+(?!\w)/y],
  ['number', /(?:0[xX][\da-fA-F]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(?![\w:])/y],
  ['name', /[a-zA-Z_:][\w:]*/y],
  ['operator', /=~|!~|==|!=|>=|<=|[-+*/%^=<>@]/y],
  ['open', /[({[]/y],
  ['close', /[)}\]]/y],
  ['comma', /,/y],
];

/** Takes apart any text, right or wrong PromQL: what is not understood is a token of kind `other`. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    if (/\s/.test(text[position] ?? '')) {
      position += 1;
      continue;
    }
    const token = tokenAt(text, position);
    tokens.push(token);
    position = token.end;
  }
  return tokens;
}

function tokenAt(text: string, start: number): Token {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = start;
    const match = pattern.exec(text);
    // A colon within brackets is a subquery's, not a metric's name.
    if (match !== null && match[0] !== ':') {
      return { kind, text: match[0], start, end: start + match[0].length };
    }
  }
  return { kind: 'other', text: text[start] ?? '', start, end: start + 1 };
}

const escapes: Readonly<Record<string, string>> = {
  ...{ n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' },
};
const escapeSequence = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|(.))/gs;

/** The text within quotes, with escapes resolved as Go does. */
export function unquoted(text: string): string {
  const quote = text[0];
  const inner = text.endsWith(quote ?? '') && text.length > 1 ? text.slice(1, -1) : text.slice(1);
  if (quote === '`') return inner;
  return inner.replace(escapeSequence, (_match, byte, short, long, octal, char: string) => {
    const hex = (byte ?? short) as string | undefined;
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal as string, 8));
    if (long === undefined) return escapes[char] ?? char;
    const code = Number.parseInt(long as string, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

export function quoted(text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r');
  return `"${escaped}"`;
}
