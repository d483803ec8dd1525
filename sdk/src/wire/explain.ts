import { isRecord } from './check.ts';
import type { Labels } from './prometheus.ts';

/** One account of a change: what all series with these labels contributed to it. */
export interface Explanation {
  /** One label, or several together. */
  readonly labels: Labels;
  /**
   * Of the change, the part that these series account for: 1 is all of it, more than 1 means that others moved the other
   * way, and negative that these did.
   */
  readonly share: number;
  /** How surprising these series are by their own past, in nats: e^surprise to one against chance. */
  readonly surprise: number;
  /** The value of the expression over these series alone, as their past has it; null where there is none. */
  readonly expected: number | null;
  readonly actual: number | null;
}

/** Another signal that moved with the one in question. */
export interface RelatedSignal {
  readonly signal: string;
  readonly labels: Labels;
  /** When it began to deviate; null when it only moved along, without an episode of its own. */
  readonly onsetMs: number | null;
  /** By how much it was ahead: positive when it moved first. */
  readonly leadMs: number;
  /** In [-1, 1], between what both deviated from the expected, shifted by the lead. */
  readonly correlation: number;
  /** How often the two had episodes together, against what chance would give; 1 is chance, null when never seen. */
  readonly lift: number | null;
}

/** `data` of `GET /statbar/v1/explain`. Times are milliseconds since the epoch. */
export interface ExplainAnswer {
  readonly query: string;
  readonly atMs: number;
  /** `sum`: a total of series; `ratio`: one total by another. */
  readonly kind: 'sum' | 'ratio';
  readonly expected: number | null;
  readonly actual: number | null;
  /** Labels that were looked at. */
  readonly by: readonly string[];
  /** How many of them one explanation could put together: fewer where there are very many series. */
  readonly labelsMax: number;
  /** What it was judged against. */
  readonly baseline: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };
  readonly seriesCount: number;
  /** A sentence, where something else was looked at than what was asked for: finer steps, or longer ranges. */
  readonly note?: string | undefined;
  readonly explanations: readonly Explanation[];
  readonly related: readonly RelatedSignal[];
}

export function isExplainAnswer(value: unknown): value is ExplainAnswer {
  return (
    isRecord(value) &&
    typeof value['query'] === 'string' &&
    typeof value['atMs'] === 'number' &&
    (value['kind'] === 'sum' || value['kind'] === 'ratio') &&
    Array.isArray(value['explanations']) &&
    Array.isArray(value['related'])
  );
}
