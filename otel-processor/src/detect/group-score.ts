import { applyPolicy, POLICY_SLOTS } from './alert-policy.ts';
import type { Detector, DetectorMethod, Evidence, Observation } from './types.ts';

const STATE_VERSION = 1;

/**
 * For a signal whose values are the scores of a group already: they are judged as they are, one alert per episode.
 * `whyAt` gives the evidence of the group at a time.
 */
export function groupScoreMethod(whyAt: (timestampMs: number) => readonly Evidence[]): DetectorMethod {
  const over = (state: Float64Array): Detector => new GroupScoreDetector(state, whyAt);
  return {
    name: 'group-score',
    create: () => over(new Float64Array(POLICY_SLOTS)),
    decode(_profile, bytes) {
      if (bytes.length !== 1 + POLICY_SLOTS * 8 || bytes[0] !== STATE_VERSION) return undefined;
      return over(new Float64Array(bytes.slice(1).buffer));
    },
  };
}

class GroupScoreDetector implements Detector {
  readonly #state: Float64Array;
  readonly #whyAt: (timestampMs: number) => readonly Evidence[];
  #newestMs = Number.NaN;

  constructor(state: Float64Array, whyAt: (timestampMs: number) => readonly Evidence[]) {
    this.#state = state;
    this.#whyAt = whyAt;
  }

  observe(timestampMs: number, value: number, into: Observation): void {
    this.#newestMs = timestampMs;
    into.score = Math.max(0, Number.isFinite(value) ? value : 0);
    into.expected = 0;
    into.lower = 0;
    into.upper = 1;
    into.warm = true;
    applyPolicy(this.#state, 0, into);
  }

  why(): readonly Evidence[] {
    return this.#whyAt(this.#newestMs);
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(1 + POLICY_SLOTS * 8);
    bytes[0] = STATE_VERSION;
    bytes.set(new Uint8Array(this.#state.buffer), 1);
    return bytes;
  }

  sizeBytes(): number {
    return POLICY_SLOTS * 8 + 150;
  }
}
