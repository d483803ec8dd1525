/** Part of the expression's text, in UTF-16 code units: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function spanFrom(start: Span, end: Span): Span {
  return { start: start.start, end: end.end };
}

/** `line:column`, both counted from 1, of `offset` in `text`. */
export function lineAndColumn(text: string, offset: number): string {
  let line = 1;
  let lineStart = 0;
  const end = Math.min(offset, text.length);
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return `${line}:${offset - lineStart + 1}`;
}

/** A mistake in the expression, and where it is. Thrown inside the parser only; the door returns a `Fault`. */
export class SyntaxFault extends Error {
  override name = 'SyntaxFault';
  readonly span: Span;

  constructor(span: Span, message: string) {
    super(message);
    this.span = span;
  }
}
