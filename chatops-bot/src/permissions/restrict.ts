/*
 * Puts matchers into every selector of an expression, so that a question touches only data that its asker may see. It
 * reads tokens, not grammar, and is strict: what it does not know for certain it refuses.
 */

const token =
  /(\s+|#[^\n]*)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(\d[\w.]*|\.\d+)|([a-zA-Z_][\w:]*|:[a-zA-Z_][\w:]*)|(==|!=|>=|<=|=~|!~|<\/|>\/|[-+*/%^@<>=(){}[\],:])/y;

interface Token {
  readonly kind: 'space' | 'string' | 'number' | 'name' | 'sign';
  readonly text: string;
}

const labelLists = /^(by|without|on|ignoring|group_left|group_right)$/i;
const binary = /^(and|or|unless|atan2)$/i;
const modifiers = /^(offset|bool|fill|fill_left|fill_right|anchored|smoothed)$/i;
const constants = /^(inf|nan)$/i;

function tokensOf(expression: string): Token[] | undefined {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.length) {
    const found = token.exec(expression);
    if (found === null) return undefined;
    const [text, space, quoted, number, name] = found;
    const kind =
      space !== undefined
        ? 'space'
        : quoted !== undefined
          ? 'string'
          : number !== undefined
            ? 'number'
            : name !== undefined
              ? 'name'
              : 'sign';
    tokens.push({ kind, text });
  }
  return tokens;
}

/** The expression with `matchers` (PromQL's notation) in each selector; undefined: it cannot be told for certain. */
export function restricted(expression: string, matchers: readonly string[]): string | undefined {
  if (matchers.length === 0) return expression;
  const tokens = tokensOf(expression)?.filter(({ text }) => !text.startsWith('#'));
  return tokens === undefined ? undefined : new Restrictor(tokens, matchers.join(',')).run();
}

class Restrictor {
  readonly #tokens: readonly Token[];
  readonly #matchers: string;
  #out = '';

  constructor(tokens: readonly Token[], matchers: string) {
    this.#tokens = tokens;
    this.#matchers = matchers;
  }

  run(): string | undefined {
    for (let at = 0; at < this.#tokens.length; ) {
      const next = this.#step(at);
      if (next === undefined) return undefined;
      at = next;
    }
    return this.#out;
  }

  /** The next token from here on that is no space, and where it is. */
  #after(at: number): { readonly text: string; readonly at: number } {
    let next = at;
    while (this.#tokens[next]?.kind === 'space') next++;
    return { text: this.#tokens[next]?.text ?? '', at: next };
  }

  #step(at: number): number | undefined {
    const { kind, text } = this.#tokens[at];
    if (text === '{') return this.#braces(at);
    if (text === '[') return this.#copyTo(at, ']');
    if (kind !== 'name') {
      this.#out += text;
      return at + 1;
    }
    const next = this.#after(at + 1);
    if (labelLists.test(text)) {
      // `group_left` may stand alone; a metric of such a name cannot be told from the keyword.
      if (next.text !== '(')
        return /^group_/i.test(text) && next.text !== '{' && next.text !== '[' ? this.#copy(at) : undefined;
      return this.#copyTo(at, ')');
    }
    if (binary.test(text) || modifiers.test(text)) {
      return next.text === '{' || next.text === '[' || next.text === '' ? undefined : this.#copy(at);
    }
    if (next.text === '(' || isAggregation(next.text) || constants.test(text)) {
      return constants.test(text) && (next.text === '{' || next.text === '[') ? undefined : this.#copy(at);
    }
    this.#out += text;
    if (next.text === '{') return this.#braces(next.at);
    this.#out += `{${this.#matchers}}`;
    return at + 1;
  }

  #copy(at: number): number {
    this.#out += this.#tokens[at].text;
    return at + 1;
  }

  #copyTo(at: number, end: string): number | undefined {
    let next = at;
    for (; next < this.#tokens.length; next++) {
      const { text } = this.#tokens[next];
      this.#out += text;
      if (text === end) return next + 1;
      if (next > at && (text === '{' || text === '[' || (text === '(' && end !== ')'))) {
        // Arithmetic of durations may have brackets; selectors there are none.
        if (text !== '(') return undefined;
      }
    }
    return undefined;
  }

  /** `{a="b"}`: ours come first, and an `or` within is refused: it would go around them. */
  #braces(at: number): number | undefined {
    const inner = this.#after(at + 1);
    this.#out += `{${this.#matchers}${inner.text === '}' ? '' : ','}`;
    for (let next = at + 1; next < this.#tokens.length; next++) {
      const { text, kind } = this.#tokens[next];
      if (text === '{' || (kind === 'name' && /^or$/i.test(text))) return undefined;
      this.#out += text;
      if (text === '}') return next + 1;
    }
    return undefined;
  }
}

/** `sum by (x) (...)`: the aggregator's name comes before the labels. */
function isAggregation(next: string): boolean {
  return /^(by|without)$/i.test(next);
}
