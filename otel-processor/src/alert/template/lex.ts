import { type Fault, permanent } from '../../base/index.ts';

/** A piece of a template: literal text, or the tokens between `{{` and `}}`. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly tokens: readonly Token[] };

export type Token =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  /** `.`, `.A`, `.A.B`: the names after the dots. */
  | { readonly kind: 'field'; readonly path: readonly string[] }
  /** `$`, `$x`, `$x.A`: the name without `$`, and the names after the dots. */
  | { readonly kind: 'variable'; readonly name: string; readonly path: readonly string[] }
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: '|' | '(' | ')' | ':=' | '=' | ',' }
  /** `).A`: fields of what the parentheses gave. */
  | { readonly kind: 'chain'; readonly path: readonly string[] };

/** Splits a template into text and actions; `{{-` and `-}}` trim the white space beside them. */
export function lexTemplate(source: string): readonly Piece[] | Fault {
  const pieces: Piece[] = [];
  let position = 0;
  let trimNext = false;
  while (position < source.length) {
    const open = source.indexOf('{{', position);
    let text = source.slice(position, open < 0 ? source.length : open);
    if (trimNext) text = text.trimStart();
    if (open >= 0 && /^-\s/.test(source.slice(open + 2, open + 4))) text = text.trimEnd();
    if (text !== '') pieces.push({ kind: 'text', text });
    if (open < 0) break;
    const start = open + (/^-\s/.test(source.slice(open + 2, open + 4)) ? 3 : 2);
    const comment = /^\s*\/\*[\s\S]*?\*\/\s*(-)?\}\}/.exec(source.slice(start));
    if (comment !== null) {
      trimNext = comment[1] !== undefined;
      position = start + comment[0].length;
      continue;
    }
    const action = lexAction(source, start);
    if ('code' in action) return action;
    pieces.push({ kind: 'action', tokens: action.tokens });
    trimNext = action.trimNext;
    position = action.end;
  }
  return pieces;
}

interface LexedAction {
  readonly tokens: readonly Token[];
  readonly end: number;
  readonly trimNext: boolean;
}

const tokenPattern =
  /(?<space>\s+)|(?<close>-?\}\})|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<raw>`[^`]*`)|(?<number>[+-]?(?:0x[0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|(?<variable>\$\w*(?:\.\w+)*)|(?<field>\.(?:[A-Za-z_]\w*(?:\.\w+)*)?)|(?<word>[A-Za-z_]\w*)|(?<symbol>:=|[|(),=])/uy;

function lexAction(source: string, start: number): LexedAction | Fault {
  const tokens: Token[] = [];
  let position = start;
  let glued = false;
  while (position < source.length) {
    tokenPattern.lastIndex = position;
    const match = tokenPattern.exec(source);
    if (match === null)
      return permanent('invalid', `unexpected ${JSON.stringify(source[position])} in action`);
    position = tokenPattern.lastIndex;
    const groups = match.groups ?? {};
    if (groups['close'] !== undefined) {
      return { tokens, end: position, trimNext: groups['close'].startsWith('-') };
    }
    if (groups['space'] === undefined) {
      const token = tokenOf(groups, glued);
      if ('code' in token) return token;
      tokens.push(token);
    }
    glued = match[0] === ')';
  }
  return permanent('invalid', 'unclosed action: }} is missing');
}

function tokenOf(groups: Record<string, string | undefined>, glued: boolean): Token | Fault {
  const { string, raw, number, variable, field, word, symbol } = groups;
  if (raw !== undefined) return { kind: 'string', value: raw.slice(1, -1) };
  if (number !== undefined) return { kind: 'number', value: Number(number) };
  if (variable !== undefined) {
    const [name, ...path] = variable.slice(1).split('.');
    return { kind: 'variable', name, path };
  }
  if (field !== undefined) {
    const path = field === '.' ? [] : field.slice(1).split('.');
    return { kind: glued ? 'chain' : 'field', path };
  }
  if (word !== undefined) return { kind: 'word', text: word };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol as '|' };
  return unquote(string ?? '');
}

function unquote(quoted: string): Token | Fault {
  if (quoted.startsWith("'")) {
    return { kind: 'number', value: quoted.slice(1, -1).codePointAt(0) ?? 0 };
  }
  const plain = quoted.slice(1, -1).replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/gu, (_, code: string) => {
    if (code.length > 1) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
    return { n: '\n', t: '\t', r: '\r', a: '\u0007', b: '\b', f: '\f', v: '\v' }[code] ?? code;
  });
  return { kind: 'string', value: plain };
}
