import { LabelSet } from '../../model/index.ts';
import type { Evaluator } from '../functions/function-entry.ts';
import type { Aggregate } from '../syntax/index.ts';
import type { Evaluation } from './evaluation.ts';
import { metadataLabels, type Row, withoutMetadata } from './row.ts';
import type { Steps } from './steps.ts';

export interface AggregateContext {
  readonly evaluation: Evaluation;
  readonly evaluator: Evaluator;
  readonly aggregate: Aggregate;
  readonly steps: Steps;
}

/** Which group a row belongs to, and the labels of that group. */
export class Grouper {
  readonly #names: ReadonlySet<string>;
  readonly #without: boolean;
  readonly #eager: boolean;

  constructor(context: AggregateContext) {
    const { aggregate, evaluation } = context;
    this.#without = aggregate.without;
    this.#names = new Set(
      aggregate.without ? [...aggregate.grouping, ...metadataLabels] : aggregate.grouping,
    );
    this.#eager = !evaluation.settings.delayedNameRemoval;
  }

  /** Equal for rows of the same group. */
  key(row: Row): string {
    const names = this.#names;
    const by = !this.#without;
    if (by && names.size === 0) return '';
    const { pairs } = row.labels;
    const nameless = by && row.dropName && this.#eager;
    let key = '';
    for (let i = 0; i < pairs.length; i += 2) {
      if (names.has(pairs[i]) !== by) continue;
      if (nameless && metadataLabels.has(pairs[i])) continue;
      key += `${pairs[i]}\xff${pairs[i + 1]}\xff`;
    }
    return key;
  }

  labels(row: Row): LabelSet {
    if (!this.#without && this.#names.size === 0) return LabelSet.empty;
    const labels = row.dropName && this.#eager ? withoutMetadata(row.labels) : row.labels;
    return this.#without ? labels.without(this.#names) : labels.only(this.#names);
  }
}
