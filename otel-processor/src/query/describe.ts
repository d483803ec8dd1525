import { type Fault, isFault } from '../base/index.ts';
import { functions } from './functions/index.ts';
import { parseExpression, printExpr } from './syntax/index.ts';
import { prettyExpr } from './syntax/pretty.ts';
import { type AstJson, toAstJson } from './syntax/to-json.ts';

/** The expression in Prometheus's layout, as `/api/v1/format_query` answers. */
export function formatExpression(text: string): string | Fault {
  const parsed = parseExpression(text, functions);
  return isFault(parsed) ? parsed : prettyExpr(parsed);
}

/** The tree in Prometheus's JSON shape, as `/api/v1/parse_query` answers. */
export function parseExpressionJson(text: string): AstJson | Fault {
  const parsed = parseExpression(text, functions);
  return isFault(parsed) ? parsed : toAstJson(parsed, functions);
}

/** The expression on one line in Prometheus's spelling. */
export function printExpression(text: string): string | Fault {
  const parsed = parseExpression(text, functions);
  return isFault(parsed) ? parsed : printExpr(parsed);
}
