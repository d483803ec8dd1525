import { formatDuration } from '../../base/index.ts';
import { METRIC_NAME } from '../../model/index.ts';
import type {
  Aggregate,
  AtModifier,
  Binary,
  DurationExpression,
  Expr,
  NumberLiteral,
  Subquery,
  VectorMatching,
  VectorSelector,
} from './ast.ts';
import { formatFloat } from './format-float.ts';

/** The expression as one line, in Prometheus's spelling; parsing it gives the same tree, spans aside. */
export function printExpr(expr: Expr): string {
  switch (expr.kind) {
    case 'number':
      return printNumber(expr);
    case 'string':
      return quote(expr.value);
    case 'vectorSelector':
      return printSelector(expr) + printEdges(expr) + printShift(expr);
    case 'matrixSelector':
      return (
        `${printSelector(expr.selector)}[${printDuration(expr.range)}]` +
        printEdges(expr.selector) +
        printShift(expr.selector)
      );
    case 'subquery':
      return printExpr(expr.expr) + printSubqueryTail(expr);
    case 'paren':
      return `(${printExpr(expr.expr)})`;
    case 'stepInvariant':
      return printExpr(expr.expr);
    case 'unary':
      return `${expr.operator}${printExpr(expr.expr)}`;
    case 'binary':
      return `${printLeft(expr)} ${printOperator(expr)} ${printExpr(expr.right)}`;
    case 'aggregate': {
      const args = expr.parameter === undefined ? [expr.expr] : [expr.parameter, expr.expr];
      return `${printAggregateHead(expr)}(${args.map(printExpr).join(', ')})`;
    }
    case 'call':
      return `${expr.name}(${expr.args.map(printExpr).join(', ')})`;
  }
}

/** A sign binds less than a power, so that `+Inf ^ 2` would be read as +(Inf ^ 2). */
function printLeft({ left, operator }: Binary): string {
  const isInfinity = left.kind === 'number' && left.value === Number.POSITIVE_INFINITY;
  return operator === '^' && isInfinity ? 'Inf' : printExpr(left);
}

export function printNumber(expr: NumberLiteral): string {
  const milliseconds = Math.abs(expr.value) * 1000;
  if (expr.duration && Number.isSafeInteger(Math.round(milliseconds))) {
    return (expr.value < 0 ? '-' : '') + formatDuration(Math.round(milliseconds));
  }
  return formatFloat(expr.value);
}

export function printSubqueryTail(expr: Subquery): string {
  const step = expr.step === undefined ? '' : printDuration(expr.step);
  return `[${printDuration(expr.range)}:${step}]${printShift(expr)}`;
}

/** `sum by (a)`; the space only when a grouping follows. */
export function printAggregateHead(expr: Aggregate): string {
  if (expr.without) return `${expr.operator} without (${printLabels(expr.grouping)}) `;
  if (expr.grouping.length > 0) return `${expr.operator} by (${printLabels(expr.grouping)}) `;
  return expr.operator;
}

/** The operator with its modifiers: `== bool on (a) group_left (b)`. */
export function printOperator(expr: Binary): string {
  const matching = expr.matching === undefined ? '' : printMatching(expr.matching);
  return expr.operator + (expr.returnBool ? ' bool' : '') + matching;
}

function printMatching(matching: VectorMatching): string {
  const { cardinality, fillLeft, fillRight } = matching;
  const grouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  let text = '';
  if (matching.labels.length > 0 || matching.on || grouped) {
    text += ` ${matching.on ? 'on' : 'ignoring'} (${printLabels(matching.labels)})`;
  }
  if (grouped) {
    text += cardinality === 'many-to-one' ? ' group_left' : ' group_right';
    text += ` (${printLabels(matching.include)})`;
  }
  if (fillLeft !== undefined && Object.is(fillLeft, fillRight))
    return `${text} fill (${formatFloat(fillLeft)})`;
  if (fillLeft !== undefined) text += ` fill_left (${formatFloat(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${formatFloat(fillRight)})`;
  return text;
}

function printLabels(labels: readonly string[]): string {
  return labels.map((label) => (isLabelName(label) ? label : quote(label))).join(', ');
}

function printSelector(selector: VectorSelector): string {
  const { name } = selector;
  const plain = name !== undefined && isMetricName(name);
  const parts: string[] = name !== undefined && !plain ? [quote(name)] : [];
  let nameShown = name === undefined;
  for (const matcher of selector.matchers) {
    if (!nameShown && matcher.name === METRIC_NAME && matcher.type === '=' && matcher.value === name) {
      nameShown = true;
      continue;
    }
    const label = isLabelName(matcher.name) ? matcher.name : quote(matcher.name);
    parts.push(label + matcher.type + quote(matcher.value));
  }
  const head = plain ? name : '';
  return parts.length === 0 && plain ? head : `${head}{${parts.join(',')}}`;
}

function printEdges(selector: VectorSelector): string {
  return selector.edges === undefined ? '' : ` ${selector.edges}`;
}

function printShift(shift: { at: AtModifier | undefined; offset: DurationExpression | undefined }): string {
  let text = '';
  if (shift.at?.kind === 'time') text += ` @ ${(shift.at.timeMs / 1000).toFixed(3)}`;
  else if (shift.at !== undefined) text += ` @ ${shift.at.kind}()`;
  if (shift.offset !== undefined) text += ` offset ${printDuration(shift.offset)}`;
  return text;
}

function printDuration(expression: DurationExpression): string {
  switch (expression.kind) {
    case 'duration': {
      if (!expression.unit) return formatFloat(expression.seconds);
      const milliseconds = Math.round(Math.abs(expression.seconds) * 1000);
      return (expression.seconds < 0 ? '-' : '') + formatDuration(milliseconds);
    }
    case 'step':
    case 'range':
      return `${expression.kind}()`;
    case 'paren':
      return `(${printDuration(expression.inner)})`;
    case 'unary':
      return expression.operator + printDuration(expression.operand);
    case 'binary':
      return `${printDuration(expression.left)} ${expression.operator} ${printDuration(expression.right)}`;
    default:
      return `${expression.kind}(${printDuration(expression.left)}, ${printDuration(expression.right)})`;
  }
}

export function quote(text: string): string {
  // JSON's escapes are also Go's. Lone surrogates stand for bytes that are not UTF-8, see the lexer.
  return JSON.stringify(text).replace(/\\ud([cd][0-9a-f]{2})/g, (whole, low: string) => {
    const byte = Number.parseInt(low, 16) - 0xc00;
    return byte >= 0x80 && byte <= 0xff ? `\\x${byte.toString(16)}` : whole;
  });
}

function isLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

function isMetricName(name: string): boolean {
  return /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) && name !== ':' && !/^(?:inf|nan)$/i.test(name);
}
