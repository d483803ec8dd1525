import { LeastSquares } from '../../math/index.ts';
import { blockOf, horizonBlocks } from '../horizon-blocks.ts';
import type { Expert, ExpertRun, Track } from './expert.ts';

const RIDGE = 1e-2;
const COLUMNS = 7;
/** Rows there must be before a block of the horizon has coefficients of its own. */
const ROWS_MIN = 20;
/** Horizons per block that one target value is a sample for. */
const SAMPLES_PER_BLOCK = 1;

/**
 * How much of yesterday, of the day before, of the last long seasons, and of the newest deviations is in a value h steps
 * ahead: one ridge regression per block of the horizon, each made for its own distance (direct multi-step forecasting,
 * Ben Taieb et al. 2012).
 */
export const directRegression: Expert = {
  name: 'direct regression',
  begin(track, firstEnd) {
    const { season, longSeason, horizon } = track;
    if (season < 2 || longSeason === 0) return undefined;
    if (firstEnd < longSeason + season + horizon + ROWS_MIN) return undefined;
    return new DirectRegressionRun(track);
  },
};

class DirectRegressionRun implements ExpertRun {
  readonly #track: Track;
  readonly #blocks: readonly number[];
  readonly #sums: LeastSquares[];
  readonly #coefficients: Float64Array[];
  readonly #row = new Float64Array(COLUMNS);
  /** Mean change against the long season before, over one season, before each origin. */
  readonly #change: Float64Array;
  #learnt: number;

  constructor(track: Track) {
    this.#track = track;
    this.#blocks = horizonBlocks(track.horizon);
    this.#sums = this.#blocks.slice(1).map(() => new LeastSquares(COLUMNS));
    this.#coefficients = this.#sums.map(() => new Float64Array(COLUMNS));
    this.#change = seasonalChange(track);
    this.#learnt = track.longSeason + track.season + 1;
  }

  learn(end: number): void {
    const { values } = this.#track;
    const row = this.#row;
    const first = this.#track.longSeason + this.#track.season + 1;
    for (let target = this.#learnt; target < end; target++) {
      for (let block = 0; block < this.#sums.length; block++) {
        const start = this.#blocks[block];
        const width = this.#blocks[block + 1] - start;
        const samples = Math.min(SAMPLES_PER_BLOCK, width);
        // Different horizons at each target, so that all are learnt from without the work of all.
        for (let i = 0; i < samples; i++) {
          const h = start + ((target + Math.floor((i * width) / samples)) % width);
          if (target - h < first) continue;
          const base = this.#fill(target - h, h, row);
          this.#sums[block].add(row, values[target] - base);
        }
      }
    }
    this.#learnt = end;
    for (let block = 0; block < this.#sums.length; block++) {
      if (this.#sums[block].rows >= ROWS_MIN) this.#coefficients[block] = this.#sums[block].solve(RIDGE);
    }
  }

  predict(origin: number, into: Float64Array): void {
    const row = this.#row;
    for (let h = 0; h < into.length; h++) {
      let sum = this.#fill(origin, h, row);
      const coefficients = this.#coefficients[blockOf(this.#blocks, h)];
      for (let i = 0; i < COLUMNS; i++) sum += coefficients[i] * row[i];
      into[h] = sum;
    }
  }

  /** What is known at `origin` about the value `h + 1` steps on; returns the long season's value, which it is added to. */
  #fill(origin: number, h: number, row: Float64Array): number {
    const { values, season, longSeason } = this.#track;
    const target = origin + h;
    const lastSeason = target - Math.ceil((h + 1) / season) * season;
    const lastLong = target - Math.ceil((h + 1) / longSeason) * longSeason;
    const base = values[lastLong];
    row[0] = values[lastSeason] - base;
    row[1] = values[lastSeason - season] - base;
    row[2] = lastLong >= longSeason ? values[lastLong - longSeason] - base : 0;
    row[3] = values[origin - 1] - values[origin - 1 - longSeason];
    row[4] = this.#change[origin];
    row[5] = values[origin - 1] - values[origin - 1 - season];
    row[6] = 1;
    return base;
  }
}

function seasonalChange({ values, season, longSeason }: Track): Float64Array {
  const change = new Float64Array(values.length + 1);
  let sum = 0;
  for (let i = longSeason; i < values.length; i++) {
    sum += values[i] - values[i - longSeason];
    if (i - season >= longSeason) sum -= values[i - season] - values[i - season - longSeason];
    change[i + 1] = sum / season;
  }
  return change;
}
