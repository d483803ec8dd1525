import type { Explanation, RelatedSignal } from '@statbar/sdk/wire';
import type { Chart } from '../reply/index.ts';

/** What is known about a group besides what its alerts say; each part null while it is not, or when it cannot be. */
export interface Details {
  /** The newest value against what was to be expected. */
  readonly value: {
    readonly actual: number;
    readonly expected: number | null;
    readonly lower: number | null;
    readonly upper: number | null;
  } | null;
  readonly explanations: readonly Explanation[];
  /** What the explanations were judged by instead of what was asked for: other steps, other ranges. */
  readonly note: string | null;
  readonly related: readonly RelatedSignal[];
  readonly chart: Chart | null;
}

export const noDetails: Details = { value: null, explanations: [], note: null, related: [], chart: null };

/** What a card may have, as the configuration says. */
export interface CardOptions {
  /** Offered by the button Silence. */
  readonly silenceDurationsMs: readonly number[];
  readonly membersShown: number;
  /** Labels that say nothing to people. */
  readonly hiddenLabels: readonly string[];
}

export const defaultCardOptions: CardOptions = {
  silenceDurationsMs: [30 * 60_000, 3_600_000, 2 * 3_600_000, 8 * 3_600_000, 24 * 3_600_000],
  membersShown: 5,
  hiddenLabels: ['alertname', 'severity', 'owner', 'runbook', '__name__'],
};
