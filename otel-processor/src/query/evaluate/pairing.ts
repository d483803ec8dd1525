import { type Histogram, LabelSet } from '../../model/index.ts';
import { type Binary, isComparison, type VectorMatching } from '../syntax/index.ts';
import { compare, dropsName, histogramOperation, scalarArithmetic } from './binary-operators.ts';
import type { BinaryContext } from './binary-scalar.ts';
import { fail } from './evaluation.ts';
import { type Group, matchedLabels, ownersOf } from './match-group.ts';
import { RowMerger } from './merge-rows.ts';
import { ABSENT, createRow, FLOAT, isEmptyRow, putHistogram, type Row, withoutMetadata } from './row.ts';

const ambiguous = 'multiple matches for labels: grouping labels must ensure unique matches';
const implicit =
  'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)';

/** Calculates pairs of rows and gathers the results by their labels. */
export class Pairing {
  readonly #context: BinaryContext;
  readonly #binary: Binary;
  readonly #matching: VectorMatching;
  readonly #swapped: boolean;
  readonly #fillMany: number | undefined;
  readonly #fillOne: number | undefined;
  readonly #merger = new RowMerger();
  /** Owners where there is a single row on the "one" side. */
  readonly #onlyOwner: Int32Array;

  constructor(context: BinaryContext, swapped: boolean) {
    this.#context = context;
    this.#binary = context.binary;
    const matching = context.binary.matching!;
    this.#matching = matching;
    this.#swapped = swapped;
    this.#onlyOwner = new Int32Array(context.steps.count);
    // As Prometheus has it: with group_right the sides change places and the fill values do not.
    this.#fillMany = matching.fillLeft;
    this.#fillOne = matching.fillRight;
  }

  get rows(): Row[] {
    return this.#merger.rows;
  }

  async addGroup(group: Group): Promise<void> {
    const { evaluation } = this.#context;
    const owners = ownersOf(group.one, this.#context.steps.count, this.#matching, this.#swapped);
    // In a one-to-one matching every step of a group may give one result only.
    const taken =
      this.#matching.cardinality === 'one-to-one' && group.many.length > 1
        ? new Uint8Array(this.#context.steps.count)
        : undefined;
    for (const many of group.many) {
      const pause = evaluation.pause();
      if (pause !== undefined) await pause;
      this.#addRow(many, group.one, owners, taken);
      if (this.#fillOne !== undefined) {
        const missing = this.#filled(many, (step) => owners[step] >= 0, this.#fillOne);
        if (missing !== undefined) this.#addRow(many, [missing], this.#onlyOwner, taken);
      }
    }
    if (this.#fillMany === undefined) return;
    const covered = new Uint8Array(this.#context.steps.count);
    for (const { presence } of group.many) for (let i = 0; i < covered.length; i++) covered[i] |= presence[i];
    for (const one of group.one) {
      const missing = this.#filled(one, (step) => covered[step] !== ABSENT, this.#fillMany);
      if (missing !== undefined) this.#addRow(missing, [one], this.#onlyOwner, taken);
    }
  }

  /** A row with the labels that match `row`, present with `value` where `row` is and no other has a match. */
  #filled(row: Row, hasMatch: (step: number) => boolean, value: number): Row | undefined {
    const filled = createRow(matchedLabels(row.labels, this.#matching), row.values.length);
    filled.values.fill(value);
    let any = false;
    for (let step = 0; step < row.presence.length; step++) {
      if (row.presence[step] === ABSENT || hasMatch(step)) continue;
      filled.presence[step] = FLOAT;
      any = true;
    }
    return any ? filled : undefined;
  }

  /** One row of the "many" side with those of the other: at each step with the row that owns it. */
  #addRow(many: Row, ones: readonly Row[], owners: Int32Array, taken: Uint8Array | undefined): void {
    const results = new Map<number, Row>();
    let owner = -1;
    let result: Row | undefined;
    for (let step = 0; step < many.presence.length; step++) {
      if (many.presence[step] === ABSENT || owners[step] < 0) continue;
      if (ones[owners[step]].presence[step] === ABSENT) continue;
      if (taken !== undefined) {
        if (taken[step] !== ABSENT) fail(implicit);
        taken[step] = FLOAT;
      }
      if (result === undefined || owners[step] !== owner) {
        owner = owners[step];
        result = results.get(owner) ?? createRow(LabelSet.empty, many.presence.length);
        results.set(owner, result);
      }
      this.#calculate(many, ones[owner], step, result);
    }
    for (const [index, row] of results) this.#addResult(many, ones[index], row);
  }

  #addResult(many: Row, one: Row, result: Row): void {
    if (isEmptyRow(result)) return;
    const { evaluation } = this.#context;
    evaluation.hold(result.values.length);
    result.labels = this.#resultLabels(many.labels, one.labels);
    const drops = this.#binary.returnBool || dropsName(this.#binary.operator);
    result.dropName = evaluation.settings.delayedNameRemoval && (drops || many.dropName);
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
