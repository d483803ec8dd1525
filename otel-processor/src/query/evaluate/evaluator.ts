import { assert } from '../../base/index.ts';
import { LabelSet, METRIC_NAME } from '../../model/index.ts';
import type { CallContext, Evaluator, FunctionEntry } from '../functions/function-entry.ts';
import { type Call, type Expr, isSetOperator, type Signatures, typeOf, unwrapped } from '../syntax/index.ts';
import { produceAggregate } from './aggregate.ts';
import { scalarArithmetic } from './binary-operators.ts';
import { produceVectorScalar } from './binary-scalar.ts';
import { produceSetOperation } from './binary-set.ts';
import { produceVectorVector } from './binary-vector.ts';
import { type Evaluation, fail } from './evaluation.ts';
import { produceMapCall } from './map-call.ts';
import { RowMerger } from './merge-rows.ts';
import { produceRangeCall } from './range-call.ts';
import { createRow, type Row, RowArena, type RowSink, withoutMetadata } from './row.ts';
import { produceInstantSelector } from './select.ts';
import { type Steps, singleStep } from './steps.ts';
import { produceNegated } from './unary.ts';

/** Awaited before going down: what follows then begins on an empty stack, however deep the tree is. */
const unwindStack = undefined;

/** Walks the tree. One per query. */
export function createEvaluator(
  evaluation: Evaluation,
  functions: ReadonlyMap<string, FunctionEntry>,
): Evaluator {
  return new TreeEvaluator(evaluation, functions);
}

class TreeEvaluator implements Evaluator {
  readonly #evaluation: Evaluation;
  readonly #functions: ReadonlyMap<string, FunctionEntry>;

  constructor(evaluation: Evaluation, functions: ReadonlyMap<string, FunctionEntry>) {
    this.#evaluation = evaluation;
    this.#functions = functions;
  }

  get #signatures(): Signatures {
    return this.#functions;
  }

  async produce(expr: Expr, steps: Steps, sink: RowSink): Promise<void> {
    // Rows that lose their names may come to have equal labels: those are merged before anyone counts them.
    if (!this.#evaluation.settings.delayedNameRemoval && this.#mayCollide(expr)) {
      const rows = await this.collect(expr, steps);
      for (const row of rows) {
        const pause = this.#evaluation.pause();
        if (pause !== undefined) await pause;
        sink(row);
      }
      this.#evaluation.releaseRows(rows);
      return;
    }
    await this.#produce(expr, steps, sink);
  }

  async collect(expr: Expr, steps: Steps): Promise<Row[]> {
    const evaluation = this.#evaluation;
    const arena = new RowArena(steps.count);
    const { delayedNameRemoval } = evaluation.settings;
    const collides = this.#mayCollide(expr);
    const merger = collides ? new RowMerger() : undefined;
    const rows: Row[] = [];
    await this.#produce(expr, steps, (produced) => {
      evaluation.hold(steps.count);
      const row = arena.copy(produced);
      if (row.dropName && !delayedNameRemoval) {
        row.labels = withoutMetadata(row.labels);
        row.dropName = false;
      }
      if (merger === undefined) rows.push(row);
      else merger.add(row);
    });
    return merger === undefined ? rows : merger.rows;
  }

  async scalar(expr: Expr, steps: Steps): Promise<Float64Array> {
    await unwindStack;
    const inner = expr.kind === 'paren' ? unwrapped(expr) : expr;
    switch (inner.kind) {
      case 'number':
        return new Float64Array(steps.count).fill(inner.value);
      case 'stepInvariant': {
        const once = await this.scalar(inner.expr, singleStep(steps.startMs));
        return new Float64Array(steps.count).fill(once[0]);
      }
      case 'unary': {
        const values = await this.scalar(inner.expr, steps);
        if (inner.operator === '-') for (let i = 0; i < values.length; i++) values[i] = -values[i];
        return values;
      }
      case 'binary': {
        const left = await this.scalar(inner.left, steps);
        const right = await this.scalar(inner.right, steps);
        for (let i = 0; i < left.length; i++) left[i] = scalarArithmetic(inner.operator, left[i], right[i]);
        return left;
      }
      case 'call': {
        const { implementation } = this.#entry(inner);
        assert(implementation.kind === 'scalar', 'a scalar function');
        return implementation.evaluate(this.#context(inner, steps));
      }
      default:
        return fail('scalar expected');
    }
  }

  string(expr: Expr): string {
    const inner = unwrapped(expr);
    assert(inner.kind === 'string', 'strings are literals');
    return inner.value;
  }

  #context(call: Call, steps: Steps): CallContext {
    return { evaluation: this.#evaluation, evaluator: this, call, steps };
  }

  #entry(call: Call): FunctionEntry {
    const entry = this.#functions.get(call.name);
    assert(entry !== undefined, 'the expression was checked');
    return entry;
  }

  async #produce(expr: Expr, steps: Steps, sink: RowSink): Promise<void> {
    await unwindStack;
    switch (expr.kind) {
      case 'paren':
        return this.produce(expr.expr, steps, sink);
      case 'stepInvariant':
        return this.#produceInvariant(expr.expr, steps, sink);
      case 'vectorSelector':
        return produceInstantSelector(this.#evaluation, expr, steps, sink);
      case 'unary':
        return produceNegated(this, expr, steps, sink);
      case 'aggregate':
        return produceAggregate(
          { evaluation: this.#evaluation, evaluator: this, aggregate: expr, steps },
          sink,
        );
      case 'binary':
        return this.#produceBinary(expr, steps, sink);
      case 'call':
        return this.#produceCall(expr, steps, sink);
      default:
        return fail(`instant vector expected, got ${expr.kind}`);
    }
  }

  async #produceBinary(expr: Extract<Expr, { kind: 'binary' }>, steps: Steps, sink: RowSink): Promise<void> {
    const context = { evaluation: this.#evaluation, evaluator: this, binary: expr, steps };
    const leftIsVector = typeOf(expr.left, this.#signatures) === 'vector';
    const rightIsVector = typeOf(expr.right, this.#signatures) === 'vector';
    if (!leftIsVector || !rightIsVector) return produceVectorScalar(context, rightIsVector, sink);
    if (isSetOperator(expr.operator)) return produceSetOperation(context, sink);
    return produceVectorVector(context, sink);
  }

  async #produceCall(call: Call, steps: Steps, sink: RowSink): Promise<void> {
    const { implementation } = this.#entry(call);
    const context = this.#context(call, steps);
    switch (implementation.kind) {
      case 'range':
        return produceRangeCall(context, implementation, sink);
      case 'map':
        return produceMapCall(context, implementation, sink);
      case 'vector':
        return implementation.evaluate(context, sink);
      default:
        return fail('instant vector expected');
    }
  }

  async #produceInvariant(expr: Expr, steps: Steps, sink: RowSink): Promise<void> {
    if (steps.count === 1) return this.produce(expr, steps, sink);
    const repeated = createRow(LabelSet.empty, steps.count);
    await this.produce(expr, singleStep(steps.startMs), (row) => {
      repeated.labels = row.labels;
      repeated.dropName = row.dropName;
      repeated.values.fill(row.values[0]);
      repeated.presence.fill(row.presence[0]);
      const histogram = row.histograms?.[0];
      repeated.histograms =
        histogram === undefined ? undefined : Array.from({ length: steps.count }, () => histogram);
      sink(repeated);
    });
  }

  /** Whether two rows may have equal labels once names are dropped. */
  #mayCollide(expr: Expr): boolean {
    switch (expr.kind) {
      case 'paren':
      case 'stepInvariant':
        return this.#mayCollide(expr.expr);
      case 'unary':
        return !this.#hasFixedName(expr.expr);
      case 'binary': {
        const vectors = [expr.left, expr.right].filter((side) => typeOf(side, this.#signatures) === 'vector');
        return vectors.length === 1 && !this.#hasFixedName(vectors[0]);
      }
      case 'call': {
        const { kind } = this.#entry(expr).implementation;
        if (kind !== 'range' && kind !== 'map') return false;
        return !expr.args.every((arg) => this.#hasFixedName(arg));
      }
      default:
        return false;
    }
  }

  /** Whether all rows are known to have one and the same name, or were told apart without it. */
  #hasFixedName(expr: Expr): boolean {
    switch (expr.kind) {
      case 'vectorSelector':
        return expr.matchers.some((matcher) => matcher.name === METRIC_NAME && matcher.type === '=');
      case 'matrixSelector':
        return this.#hasFixedName(expr.selector);
      case 'subquery':
      case 'paren':
      case 'stepInvariant':
      case 'unary':
        return this.#hasFixedName(expr.expr);
      case 'binary':
        return this.#hasFixedName(expr.left) && this.#hasFixedName(expr.right);
      case 'number':
      case 'string':
        return true;
      case 'call': {
        const { kind } = this.#entry(expr).implementation;
        if (kind === 'scalar') return true;
        return (kind === 'range' || kind === 'map') && expr.args.every((arg) => this.#hasFixedName(arg));
      }
      default:
        return false;
    }
  }
}
