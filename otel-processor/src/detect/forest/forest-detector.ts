import { assert, mix32 } from '../../base/index.ts';
import { addToTail, initTail, TAIL_SLOTS, tailSurprise, tailUnits } from '../../math/index.ts';
import { applyPolicy, POLICY_SLOTS } from '../alert-policy.ts';
import type { Evidence, GroupDetector, GroupDetectorMethod, Observation, SignalProfile } from '../types.ts';
import { RandomCutTree, treeBytes } from './random-cut-tree.ts';

const TREES = 32;
/** Points that a tree holds. */
const CAPACITY = 128;
/** A tree takes in one point of so many: together they remember some 500 steps, each a part of them. */
const STRIDE = 4;
const SIGNALS_MAX = 32;
const WARM_ROWS = 256;
/** Steps over which a signal's level and spread are taken. */
const SCALE_STEPS = 500;
/** In spreads: what is further off is no further off for the trees. */
const CLIP = 100;
/** Odds end at a thousand to one. */
const ODDS_MIN = 1e-3;
const WEEK_MS = 7 * 86_400_000;
const STEP_MS_ASSUMED = 60_000;
const STATE_VERSION = 1;

const ROWS = 0;
const DRAWS = 1;
const SCORE = 2;
const CAUSE = 3;
const POLICY = 4;
const SCALARS = POLICY + POLICY_SLOTS;

/** One buffer: scalars, levels, spreads, last values; the sketch of displacements; the trees. */
class ForestDetector implements GroupDetector {
  readonly #names: readonly string[];
  readonly #asked: number;
  readonly #buffer: ArrayBuffer;
  readonly #scalars: Float64Array;
  readonly #levels: Float64Array;
  readonly #spreads: Float64Array;
  readonly #scaled: Float64Array;
  readonly #tail: Float32Array;
  readonly #trees: RandomCutTree[];

  constructor(profile: SignalProfile, names: readonly string[], buffer: ArrayBuffer) {
    const count = names.length;
    assert(
      count > 0 && count <= SIGNALS_MAX,
      `a group of ${count} signals: from 1 to ${SIGNALS_MAX} are possible`,
    );
    this.#names = names;
    const stepsPerWeek = WEEK_MS / (profile.stepMs || STEP_MS_ASSUMED);
    this.#asked = Math.log10(stepsPerWeek / profile.alertsPerWeek);
    this.#buffer = buffer;
    this.#scalars = new Float64Array(buffer, 0, SCALARS);
    this.#levels = new Float64Array(buffer, SCALARS * 8, count);
    this.#spreads = new Float64Array(buffer, (SCALARS + count) * 8, count);
    this.#scaled = new Float64Array(buffer, (SCALARS + 2 * count) * 8, count);
    const tailAt = (SCALARS + 3 * count) * 8;
    this.#tail = new Float32Array(buffer, tailAt, TAIL_SLOTS);
    const size = treeBytes(CAPACITY, count);
    // A number drawn is a function of how many were drawn: the state of randomness is one count.
    const random = (): number =>
      (mix32(Math.imul(++this.#scalars[DRAWS], 0x9e37_79b9)) >>> 0) / 0x1_0000_0000;
    const first = tailAt + TAIL_SLOTS * 4;
    this.#trees = Array.from({ length: TREES }, (_, i) => {
      const part = new Uint8Array(buffer, first + i * size, size);
      return new RandomCutTree(CAPACITY, count, part, random);
    });
    if (this.#scalars[ROWS] === 0) initTail(this.#tail, 0);
  }

  observe(_timestampMs: number, values: Float64Array, into: Observation): void {
    const scalars = this.#scalars;
    const rows = scalars[ROWS];
    this.#scale(values, rows);
    const displacement = this.#displacement(rows);
    const units = tailUnits(displacement);
    into.warm = rows >= WARM_ROWS;
    into.score = into.warm ? tailSurprise(this.#tail, 0, units) / this.#asked : 0;
    // Young trees displace little: what they say is no measure.
    if (rows >= WARM_ROWS / 2) addToTail(this.#tail, 0, units);
    into.expected = Number.NaN;
    into.lower = Number.NaN;
    into.upper = Number.NaN;
    scalars[SCORE] = into.score;
    scalars[ROWS] = rows + 1;
    applyPolicy(scalars, POLICY, into);
  }

  /** Each signal in its own spreads from its own level; no value is like the level. */
  #scale(values: Float64Array, rows: number): void {
    const share = Math.max(1 / SCALE_STEPS, 1 / (rows + 1));
    for (let i = 0; i < this.#scaled.length; i++) {
      const value = values[i];
      if (!Number.isFinite(value)) {
        this.#scaled[i] = 0;
        continue;
      }
      const off = rows === 0 ? 0 : value - this.#levels[i];
      const spread = this.#spreads[i];
      const scaled = spread > 0 ? Math.max(-CLIP, Math.min(CLIP, off / spread)) : 0;
      this.#scaled[i] = scaled;
      this.#levels[i] = rows === 0 ? value : this.#levels[i] + share * off;
      const size = spread > 0 ? Math.min(Math.abs(off), 5 * spread) : Math.abs(off);
      this.#spreads[i] = spread + share * (size - spread);
    }
  }

  /** Of the newest point, over all trees; every fourth tree keeps it. */
  #displacement(rows: number): number {
    let sum = 0;
    let most = 0;
    for (let k = 0; k < TREES; k++) {
      const tree = this.#trees[k];
      // The slots are a ring; one more point than there is room for is never inside.
      const slot = Math.floor((rows + k) / STRIDE) % CAPACITY;
      tree.replace(slot, this.#scaled);
      const displacement = tree.displacement(slot);
      sum += displacement;
      if (displacement > most) {
        most = displacement;
        this.#scalars[CAUSE] = tree.separatingDimension(slot);
      }
    }
    // Displacement ends at the number of points: as odds it has no end, as the tail of a sketch needs it.
    const share = sum / TREES / (CAPACITY - 1);
    return share / (1 - Math.min(share, 1) + ODDS_MIN);
  }

  why(): readonly Evidence[] {
    const { 2: score, 3: cause } = this.#scalars;
    if (score < 0.5 || cause < 0) return [];
    const name = this.#names[cause];
    const side = this.#scaled[cause] >= 0 ? 'above' : 'below';
    const times = Math.abs(this.#scaled[cause]).toFixed(1);
    return [
      {
        feature: 'together',
        surprise: score,
        sentence: `these signals have not been like this together; most of all ${name}, ${times} spreads ${side} its level`,
      },
    ];
  }

  encode(): Uint8Array {
    const bytes = new Uint8Array(1 + this.#buffer.byteLength);
    bytes[0] = STATE_VERSION;
    bytes.set(new Uint8Array(this.#buffer), 1);
    return bytes;
  }

  sizeBytes(): number {
    return this.#buffer.byteLength;
  }
}

function stateBytes(count: number): number {
  return (SCALARS + 3 * count) * 8 + TAIL_SLOTS * 4 + TREES * treeBytes(CAPACITY, count);
}

/**
 * For groups of signals that go together, such as the rates, errors and latencies of one service: a forest of random
 * cut trees over their values, each in units of its own spread. It finds combinations that have not been, where each
 * value alone would be nothing.
 */
export const forestMethod: GroupDetectorMethod = {
  name: 'forest',
  signalsMax: SIGNALS_MAX,
  create: (profile, names) => new ForestDetector(profile, names, new ArrayBuffer(stateBytes(names.length))),
  decode(profile, names, bytes) {
    if (bytes.length !== 1 + stateBytes(names.length) || bytes[0] !== STATE_VERSION) return undefined;
    return new ForestDetector(profile, names, bytes.slice(1).buffer);
  },
};
