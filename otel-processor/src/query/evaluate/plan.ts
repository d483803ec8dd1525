import type { FunctionEntry } from '../functions/function-entry.ts';
import type { DurationContext, DurationExpression, Expr } from '../syntax/index.ts';
import { durationSeconds, unwrapped } from '../syntax/index.ts';
import { fail } from './evaluation.ts';
import { endOf, type Steps } from './steps.ts';

export interface PlanContext {
  readonly functions: ReadonlyMap<string, FunctionEntry>;
}

/** Milliseconds of a duration that was checked to be positive when it is constant. */
export function durationMs(expression: DurationExpression, steps: Steps): number {
  const context: DurationContext = {
    stepSeconds: steps.stepMs / 1000,
    rangeSeconds: (endOf(steps) - steps.startMs) / 1000,
  };
  const seconds = durationSeconds(expression, context);
  if (!Number.isFinite(seconds)) fail(`duration expression is not a number: ${seconds}`);
  return Math.round(seconds * 1000);
}

/** A range or a subquery step, which must be positive. */
export function positiveDurationMs(expression: DurationExpression, steps: Steps): number {
  const milliseconds = durationMs(expression, steps);
  if (milliseconds <= 0) fail('duration must be greater than 0');
  return milliseconds;
}

interface Marked {
  readonly expr: Expr;
  readonly invariant: boolean;
}

/** Wraps the largest parts of the tree whose value is the same at every step, so that they are computed once. */
export function markStepInvariant(expr: Expr, context: PlanContext): Expr {
  const marked = mark(expr, context);
  return marked.invariant ? wrap(marked.expr) : marked.expr;
}

function wrap(expr: Expr): Expr {
  const inner = unwrapped(expr);
  // Literals are cheap, and a range vector has no value of its own to repeat.
  if (inner.kind === 'number' || inner.kind === 'string') return expr;
  if (inner.kind === 'matrixSelector' || inner.kind === 'subquery') return expr;
  return { kind: 'stepInvariant', expr, span: expr.span };
}

function mark(expr: Expr, context: PlanContext): Marked {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return { expr, invariant: true };
    case 'vectorSelector':
      return { expr, invariant: expr.at !== undefined };
    case 'matrixSelector':
      return { expr, invariant: expr.selector.at !== undefined };
    case 'subquery': {
      // The inner value may vary with the subquery's own steps even when the whole is pinned.
      const inner = mark(expr.expr, context);
      const invariant = inner.invariant || expr.at !== undefined;
      return { expr: { ...expr, expr: inner.invariant ? wrap(inner.expr) : inner.expr }, invariant };
    }
    case 'paren':
    case 'unary': {
      const inner = mark(expr.expr, context);
      return { expr: { ...expr, expr: inner.expr }, invariant: inner.invariant };
    }
    case 'stepInvariant':
      return { expr, invariant: true };
    case 'aggregate': {
      const inner = mark(expr.expr, context);
      const parameter = expr.parameter === undefined ? undefined : mark(expr.parameter, context);
      if (inner.invariant && (parameter === undefined || parameter.invariant)) {
        return { expr: { ...expr, expr: inner.expr, parameter: parameter?.expr }, invariant: true };
      }
      return {
        expr: {
          ...expr,
          expr: inner.invariant ? wrap(inner.expr) : inner.expr,
          parameter: parameter?.invariant ? wrap(parameter.expr) : parameter?.expr,
        },
        invariant: false,
      };
    }
    case 'binary': {
      const left = mark(expr.left, context);
      const right = mark(expr.right, context);
      if (left.invariant && right.invariant) {
        return { expr: { ...expr, left: left.expr, right: right.expr }, invariant: true };
      }
      return {
        expr: {
          ...expr,
          left: left.invariant ? wrap(left.expr) : left.expr,
          right: right.invariant ? wrap(right.expr) : right.expr,
        },
        invariant: false,
      };
    }
    case 'call': {
      const args = expr.args.map((arg) => mark(arg, context));
      const varies = variesWithTime(expr, context);
      if (!varies && args.every((arg) => arg.invariant)) {
        return { expr: { ...expr, args: args.map((arg) => arg.expr) }, invariant: true };
      }
      return {
        expr: { ...expr, args: args.map((arg) => (arg.invariant ? wrap(arg.expr) : arg.expr)) },
        invariant: false,
      };
    }
  }
}

/** Whether a call looks at the evaluation time itself, whatever its arguments are. */
function variesWithTime(expr: Extract<Expr, { kind: 'call' }>, context: PlanContext): boolean {
  const entry = context.functions.get(expr.name);
  if (entry?.readsTime !== true) return false;
  // timestamp(selector) gives the sample's own time.
  if (expr.name === 'timestamp') return unwrapped(expr.args[0]).kind !== 'vectorSelector';
  return true;
}
