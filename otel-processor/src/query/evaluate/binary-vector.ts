import { type Histogram, LabelSet, METRIC_NAME } from '../../model/index.ts';
import { type Binary, isComparison, type VectorMatching } from '../syntax/index.ts';
import { compare, dropsName, histogramOperation, scalarArithmetic } from './binary-operators.ts';
import type { BinaryContext } from './binary-scalar.ts';
import { matchKey } from './binary-set.ts';
import { fail } from './evaluation.ts';
import { RowMerger } from './merge-rows.ts';
import {
  ABSENT,
  createRow,
  FLOAT,
  isEmptyRow,
  putHistogram,
  type Row,
  type RowSink,
  withoutMetadata,
} from './row.ts';

const ambiguous = 'multiple matches for labels: grouping labels must ensure unique matches';
const implicit =
  'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';

/** Rows of both sides that match each other. */
interface Group {
  readonly many: Row[];
  readonly one: Row[];
}

/** Arithmetic and comparison between two vectors. */
export async function produceVectorVector(context: BinaryContext, sink: RowSink): Promise<void> {
  const { evaluator, binary, steps, evaluation } = context;
  const matching = binary.matching!;
  const left = await evaluator.collect(binary.left, steps);
  const right = await evaluator.collect(binary.right, steps);
  const swapped = matching.cardinality === 'one-to-many';
  const keyOf = matchKey(matching);
  const groups = new Map<string, Group>();
  const groupOf = (row: Row): Group => {
    const key = keyOf(row.labels);
    let group = groups.get(key);
    if (group === undefined) {
      group = { many: [], one: [] };
      groups.set(key, group);
    }
    return group;
  };
  for (const row of swapped ? left : right) groupOf(row).one.push(row);
  for (const row of swapped ? right : left) groupOf(row).many.push(row);
  const pairing = new Pairing(context, swapped);
  for (const group of groups.values()) {
    const pause = evaluation.pause();
    if (pause !== undefined) await pause;
    checkUnique(group.one, matching, swapped);
    pairing.addGroup(group);
  }
  for (const row of pairing.rows) sink(row);
}

/** On the "one" side at most one row of a group may hold a value at a step. */
function checkUnique(rows: readonly Row[], matching: VectorMatching, swapped: boolean): void {
  for (let i = 1; i < rows.length; i++) {
    for (let j = 0; j < i; j++) {
      const overlap = rows[i].presence.some(
        (present, step) => present !== ABSENT && rows[j].presence[step] !== ABSENT,
      );
      if (!overlap) continue;
      const side = swapped ? 'left' : 'right';
      const [first, second] = [rows[i].labels, rows[j].labels].sort((a, b) => a.compare(b));
      fail(
        `found duplicate series for the match group ${bracedLabels(matchedLabels(rows[i].labels, matching))} on the ${side} ` +
          `hand-side of the operation: [${bracedLabels(first)}, ${bracedLabels(second)}]` +
          ';many-to-many matching not allowed: matching labels must be unique on one side',
      );
    }
  }
}

/** All labels in braces, the name among them. */
function bracedLabels(labels: LabelSet): string {
  const parts: string[] = [];
  for (const [name, value] of labels) parts.push(`${name}=${JSON.stringify(value)}`);
  return `{${parts.join(', ')}}`;
}

/** The labels by which two series match. */
function matchedLabels(labels: LabelSet, matching: VectorMatching): LabelSet {
  const names = new Set(matching.labels);
  if (matching.on) return labels.only(names);
  names.add(METRIC_NAME);
  return labels.without(names);
}

/** Calculates pairs of rows and gathers the results by their labels. */
class Pairing {
  readonly #context: BinaryContext;
  readonly #binary: Binary;
  readonly #matching: VectorMatching;
  readonly #swapped: boolean;
  readonly #fillMany: number | undefined;
  readonly #fillOne: number | undefined;
  readonly #merger = new RowMerger();

  constructor(context: BinaryContext, swapped: boolean) {
    this.#context = context;
    this.#binary = context.binary;
    const matching = context.binary.matching!;
    this.#matching = matching;
    this.#swapped = swapped;
    // As Prometheus has it: with group_right the sides change places and the fill values do not.
    this.#fillMany = matching.fillLeft;
    this.#fillOne = matching.fillRight;
  }

  get rows(): Row[] {
    return this.#merger.rows;
  }

  addGroup(group: Group): void {
    // In a one-to-one matching every step of a group may give one result only.
    const taken =
      this.#matching.cardinality === 'one-to-one' && group.many.length > 1
        ? new Uint8Array(this.#context.steps.count)
        : undefined;
    for (const many of group.many) {
      for (const one of group.one) this.#addPair(many, one, taken);
      if (this.#fillOne !== undefined) {
        const missing = this.#filled(many, group.one, this.#fillOne);
        if (missing !== undefined) this.#addPair(many, missing, taken);
      }
    }
    if (this.#fillMany === undefined) return;
    for (const one of group.one) {
      const missing = this.#filled(one, group.many, this.#fillMany);
      if (missing !== undefined) this.#addPair(missing, one, taken);
    }
  }

  /** A row with the labels that match `row`, present with `value` where `row` is but none of `others`. */
  #filled(row: Row, others: readonly Row[], value: number): Row | undefined {
    const filled = createRow(matchedLabels(row.labels, this.#matching), row.values.length);
    filled.values.fill(value);
    let any = false;
    for (let step = 0; step < row.presence.length; step++) {
      if (row.presence[step] === ABSENT) continue;
      if (others.some((other) => other.presence[step] !== ABSENT)) continue;
      filled.presence[step] = FLOAT;
      any = true;
    }
    return any ? filled : undefined;
  }

  #addPair(many: Row, one: Row, taken: Uint8Array | undefined): void {
    const { steps } = this.#context;
    const result = createRow(LabelSet.empty, steps.count);
    for (let step = 0; step < steps.count; step++) {
      if (many.presence[step] === ABSENT || one.presence[step] === ABSENT) continue;
      if (taken !== undefined) {
        if (taken[step] !== ABSENT) fail(implicit);
        taken[step] = FLOAT;
      }
      this.#calculate(many, one, step, result);
    }
    if (isEmptyRow(result)) return;
    result.labels = this.#resultLabels(many.labels, one.labels);
    const drops = this.#binary.returnBool || dropsName(this.#binary.operator);
    result.dropName = this.#context.evaluation.settings.delayedNameRemoval && (drops || many.dropName);
    const oneToOne = this.#matching.cardinality === 'one-to-one';
    this.#merger.add(result, oneToOne ? undefined : ambiguous);
  }

  #calculate(many: Row, one: Row, step: number, result: Row): void {
    const { operator, returnBool, span } = this.#binary;
    const left = this.#swapped ? one : many;
    const right = this.#swapped ? many : one;
    if (left.presence[step] === FLOAT && right.presence[step] === FLOAT) {
      const a = left.values[step];
      const b = right.values[step];
      if (!isComparison(operator)) {
        if (operator === '</' || operator === '>/') {
          histogramOperation(this.#context.evaluation, operator, a, b, span);
          return;
        }
        result.values[step] = scalarArithmetic(operator, a, b);
      } else {
        const holds = compare(operator, a, b);
        if (!returnBool && !holds) return;
        result.values[step] = returnBool ? Number(holds) : a;
      }
      result.presence[step] = FLOAT;
      return;
    }
    const a = operandAt(left, step);
    const outcome = histogramOperation(this.#context.evaluation, operator, a, operandAt(right, step), span);
    if (outcome === undefined) return;
    if (typeof outcome === 'boolean') {
      if (!returnBool && !outcome) return;
      put(result, step, returnBool ? Number(outcome) : a);
    } else {
      put(result, step, outcome);
    }
  }

  #resultLabels(many: LabelSet, one: LabelSet): LabelSet {
    const { cardinality, on, labels, include } = this.#matching;
    const eager = !this.#context.evaluation.settings.delayedNameRemoval;
    const drops = dropsName(this.#binary.operator) || this.#binary.returnBool;
    let result = drops && eager ? withoutMetadata(many) : many;
    if (cardinality === 'one-to-one') {
      const names = new Set(labels);
      result = on ? result.only(names) : result.without(names);
    }
    for (const name of include) result = result.with(name, one.get(name) ?? '');
    return result;
  }
}

function operandAt(row: Row, step: number): number | Histogram {
  return row.presence[step] === FLOAT ? row.values[step] : row.histograms![step]!;
}

function put(row: Row, step: number, value: number | Histogram): void {
  if (typeof value === 'object') {
    putHistogram(row, step, value);
  } else {
    row.values[step] = value;
    row.presence[step] = FLOAT;
  }
}
