import { type Fault, permanent } from '../../base/index.ts';
import type { Matcher } from '../../model/index.ts';
import type { Expr } from './ast.ts';
import { checkTypes, type Signatures } from './check.ts';
import { parseSelectorTree, parseTree } from './parser.ts';
import { lineAndColumn, SyntaxFault } from './span.ts';

/** Longest expression accepted, in UTF-16 code units. */
const EXPRESSION_LENGTH_MAX = 1_000_000;

/** Parses and checks an expression. The fault's message begins with `line:column: parse error:`. */
export function parseExpression(text: string, signatures: Signatures): Expr | Fault {
  return guarded(text, () => checkTypes(parseTree(text), signatures));
}

/** Parses a series selector such as `up{job="a"}`. */
export function parseSelector(text: string): readonly Matcher[] | Fault {
  return guarded(text, () => parseSelectorTree(text).matchers);
}

function guarded<T>(text: string, parse: () => T): T | Fault {
  if (text.length > EXPRESSION_LENGTH_MAX) {
    return permanent('invalid', `expression is longer than ${EXPRESSION_LENGTH_MAX} characters`);
  }
  try {
    return parse();
  } catch (error) {
    // The limits on depth leave room on any usual stack; a caller that is deep already may still run out.
    if (error instanceof RangeError)
      return permanent('invalid', 'parse error: expression is nested too deeply');
    if (!(error instanceof SyntaxFault)) throw error;
    return permanent('invalid', `${lineAndColumn(text, error.span.start)}: parse error: ${error.message}`);
  }
}
