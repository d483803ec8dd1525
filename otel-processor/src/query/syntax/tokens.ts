import { Lexer, type Token } from './lexer.ts';
import { type Span, SyntaxFault } from './span.ts';

/** How deep an expression may nest: every level costs stack in the parser and in the evaluator. */
const DEPTH_MAX = 256;

/** How many operators and subqueries one expression may have: a chain of them is as deep as it is long. */
const OPERATORS_MAX = 500;

/** The tokens of one expression with one token of look-ahead beyond the current one. */
export class Tokens {
  readonly #lexer: Lexer;
  #current: Token;
  #following: Token | undefined;
  #depth = 0;
  #operators = 0;
  /** End of the token consumed last. */
  lastEnd = 0;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
    this.#current = this.#lexer.next();
  }

  get current(): Token {
    return this.#current;
  }

  /** The token after the current one. */
  get following(): Token {
    this.#following ??= this.#lexer.next();
    return this.#following;
  }

  get atEnd(): boolean {
    return this.#current.kind === 'end';
  }

  take(): Token {
    const token = this.#current;
    this.lastEnd = token.span.end;
    this.#current = this.#following ?? this.#lexer.next();
    this.#following = undefined;
    return token;
  }

  isSymbol(text: string): boolean {
    return this.#current.kind === 'symbol' && this.#current.text === text;
  }

  followedBy(text: string): boolean {
    return this.following.kind === 'symbol' && this.following.text === text;
  }

  /** The current token as a keyword (keywords do not mind case), or undefined. */
  get keyword(): string | undefined {
    return this.#current.kind === 'identifier' ? this.#current.text.toLowerCase() : undefined;
  }

  takeIfSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false;
    this.take();
    return true;
  }

  takeIfKeyword(word: string): boolean {
    if (this.keyword !== word) return false;
    this.take();
    return true;
  }

  expectSymbol(text: string, context: string): Token {
    if (!this.isSymbol(text)) throw this.unexpected(context, `"${text}"`);
    return this.take();
  }

  /** Ends at the token consumed last. */
  spanSince(start: number): Span {
    return { start, end: this.lastEnd };
  }

  /** `context` is where we are ("in aggregation"), `expected` what would have been right. */
  unexpected(context: string, expected?: string): SyntaxFault {
    const tail = expected === undefined ? '' : `, expected ${expected}`;
    return new SyntaxFault(
      this.#current.span,
      `unexpected ${describe(this.#current)}${context === '' ? '' : ` ${context}`}${tail}`,
    );
  }

  /** To be called for each operator that goes on a chain. */
  countOperator(): void {
    this.#operators += 1;
    if (this.#operators > OPERATORS_MAX) {
      throw new SyntaxFault(this.#current.span, `expression has more than ${OPERATORS_MAX} operators`);
    }
  }

  /** Runs `parse` one level deeper. */
  nested<T>(parse: () => T): T {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) {
      throw new SyntaxFault(this.#current.span, `expression is nested deeper than ${DEPTH_MAX} levels`);
    }
    const result = parse();
    this.#depth -= 1;
    return result;
  }
}

function describe(token: Token): string {
  switch (token.kind) {
    case 'end':
      return 'end of input';
    case 'identifier':
      return `identifier ${JSON.stringify(token.text)}`;
    case 'number':
      return `number ${JSON.stringify(token.text)}`;
    case 'duration':
      return `duration ${JSON.stringify(token.text)}`;
    case 'string':
      return `string ${JSON.stringify(token.text)}`;
    default:
      return JSON.stringify(token.text);
  }
}
