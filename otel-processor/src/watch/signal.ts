import type { ByteReader, ByteWriter } from '../base/index.ts';
import {
  createObservation,
  type Detector,
  type DetectorMethod,
  type SignalProfile,
} from '../detect/index.ts';
import { firstBurstScore } from './first-burst.ts';
import type { ForecastHistory } from './forecast-history.ts';
import { PatientDetector } from './patient-detector.ts';
import { RecentSteps } from './recent-steps.ts';
import { copyVerdict, decodeVerdict, encodeVerdict, noVerdict, type Verdict } from './verdict.ts';

/** What is the same for all signals of a watch. */
export interface SignalContext {
  readonly method: DetectorMethod;
  /** See `watch.constant_for`. */
  readonly constantForMs: number;
  /** See `watch.relearn_after`. */
  readonly relearnAfterMs: number;
  /** Asked by a signal that needs a detector: false when there are as many as there may be. */
  wakes(signal: Signal): boolean;
}

/** Steps of sameness that a signal is taken to have shown, when it has been constant for long. */
const CONSTANT_STEPS = 1440;

const into = createObservation();

/**
 * One watched sequence with its detector. The detector learns step by step; between two steps a value outside of the
 * band is only shown to it, so that an anomaly is known early and nothing is learnt from half a step. As long as a
 * signal has had one value only, it has no detector at all.
 */
export class Signal {
  /** Name of its family. */
  readonly family: string;
  readonly name: string;
  readonly profile: SignalProfile;
  readonly #context: SignalContext;
  /** Values are how many times a second something happens. */
  readonly #isCount: boolean;
  #detector: PatientDetector | undefined;
  #recent: RecentSteps | undefined;
  #recentStepMs = 0;
  /** When it got its detector. */
  awakeMs = Number.NaN;
  #firstMs = Number.NaN;
  #firstValue = Number.NaN;
  #committedMs = Number.NEGATIVE_INFINITY;
  readonly #committed: Verdict = noVerdict();
  /** Of the newest look: the committed verdict or an early one. */
  readonly latest: Verdict = noVerdict();
  actual = Number.NaN;
  /** Of the newest look, if it was early and outside of the band. */
  early = false;
  /** Highest score since the detector's episode began; 0 outside of one. */
  peakScore = 0;
  /** Since when it has been in an episode. */
  sinceMs = Number.NaN;
  /** Evidence of the highest score. */
  why: readonly string[] = [];
  /** Series ids of what it yields, for the registry's generation `outputGeneration`. */
  outputs: Float64Array | undefined;
  outputGeneration = -1;
  /** Kept for those that are forecast. */
  history: ForecastHistory | undefined;
  /** Set by who limits costs. */
  stepMs: number;

  constructor(
    { family, name, isCount }: { readonly family: string; readonly name: string; readonly isCount: boolean },
    profile: SignalProfile,
    context: SignalContext,
  ) {
    this.family = family;
    this.#isCount = isCount;
    this.name = name;
    this.profile = profile;
    this.#context = context;
    this.stepMs = profile.stepMs;
  }

  /** It has a detector. */
  get awake(): boolean {
    return this.#detector !== undefined;
  }

  get committedMs(): number {
    return this.#committedMs;
  }

  /** The value at a step (NaN: none); the detector learns. True when there is a verdict to tell. */
  commit(timeMs: number, value: number): boolean {
    this.actual = value;
    this.early = false;
    let burst = 0;
    let detector = this.#detector;
    if (detector === undefined) {
      if (Number.isNaN(value)) return false;
      if (Number.isNaN(this.#firstMs)) {
        this.#firstMs = timeMs;
        this.#firstValue = value;
      }
      this.#committedMs = timeMs;
      if (value === this.#firstValue || !this.#context.wakes(this)) return false;
      detector = this.#wake();
      burst = this.#learnSameness(detector, timeMs);
    }
    const { lower, upper, inEpisode: wasInEpisode } = this.#committed;
    const outside = value < lower || value > upper;
    const judge = detector.learn(timeMs, value, this.stepMs, { outside, wasInEpisode }, into);
    if (burst > into.score) {
      into.score = burst;
      into.warm = true;
      into.inEpisode = burst >= 1;
    }
    this.#committedMs = timeMs;
    copyVerdict(into, this.#committed);
    copyVerdict(into, this.latest);
    this.#note(judge, timeMs);
    // Steps are counted in their own length.
    if (this.#recent === undefined || this.#recentStepMs !== this.stepMs) this.#recent = new RecentSteps();
    this.#recentStepMs = this.stepMs;
    this.#recent.add(Math.floor(timeMs / this.stepMs), value, into.expected);
    return true;
  }

  /** The value between two steps. True when it is told apart from the verdict of the last step. */
  look(timeMs: number, value: number): boolean {
    const wasEarly = this.early;
    this.early = false;
    const committed = this.#committed;
    if (Number.isNaN(value)) return false;
    this.actual = value;
    const detector = this.#detector;
    if (detector === undefined || !committed.warm) return false;
    if (!detector.inAnomaly && value >= committed.lower && value <= committed.upper) {
      copyVerdict(committed, this.latest);
      if (!committed.inEpisode) this.peakScore = 0;
      return wasEarly;
    }
    const judge = detector.glimpse(timeMs, value, into);
    copyVerdict(into, this.latest);
    this.early = true;
    this.#note(judge, timeMs);
    return true;
  }

  /** There is no value any more, and nobody asks for one: whatever it was in has ended. */
  rest(): void {
    this.early = false;
    this.peakScore = 0;
    this.latest.inEpisode = false;
    this.#committed.inEpisode = false;
  }

  /** Gives up its detector, to others that have more to tell. */
  sleep(): void {
    this.#detector = undefined;
    this.#recent = undefined;
    this.#firstMs = Number.NaN;
    this.rest();
  }

  /** Of a step (of its own length) of the recent past; a signal that never changed has its value at all of them. */
  recentValue(step: number): number {
    if (this.#recent !== undefined) return this.#recent.value(step);
    return step * this.stepMs >= this.#firstMs ? this.#firstValue : Number.NaN;
  }

  recentExpected(step: number): number {
    return this.#recent?.expected(step) ?? this.recentValue(step);
  }

  get sizeBytes(): number {
    return 400 + (this.#detector?.sizeBytes ?? 0) + (this.#recent === undefined ? 0 : 400);
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.stepMs);
    writer.float64(this.#firstMs);
    writer.float64(this.#firstValue);
    writer.float64(this.#committedMs);
    writer.float64(this.peakScore);
    writer.float64(this.sinceMs);
    writer.float64(this.actual);
    const { history } = this;
    writer.uint8(
      (this.#detector === undefined ? 0 : 1) | (this.early ? 2 : 0) | (history === undefined ? 0 : 4),
    );
    history?.encode(writer);
    if (this.#detector === undefined) return;
    this.#detector.encode(writer);
    writer.float64(this.awakeMs);
    encodeVerdict(this.#committed, writer);
    encodeVerdict(this.latest, writer);
    writer.uvarint(this.why.length);
    for (const sentence of this.why) writer.string(sentence);
    writer.uint8(this.#recent === undefined ? 0 : 1);
    writer.float64(this.#recentStepMs);
    this.#recent?.encode(writer);
  }

  /** Replaces the state by an encoded one. A detector of another version begins anew. */
  decode(reader: ByteReader, newHistory: () => ForecastHistory): void {
    this.stepMs = reader.float64();
    this.#firstMs = reader.float64();
    this.#firstValue = reader.float64();
    this.#committedMs = reader.float64();
    this.peakScore = reader.float64();
    this.sinceMs = reader.float64();
    this.actual = reader.float64();
    const flags = reader.uint8();
    this.early = (flags & 2) !== 0;
    if ((flags & 4) !== 0) {
      this.history = newHistory();
      this.history.decode(reader);
    }
    if ((flags & 1) === 0) return;
    this.#detector = PatientDetector.decode({ ...this.#context, profile: this.profile }, reader);
    this.awakeMs = reader.float64();
    decodeVerdict(this.#committed, reader);
    decodeVerdict(this.latest, reader);
    this.why = Array.from({ length: reader.uvarint() }, () => reader.string());
    const hasRecent = reader.uint8() === 1;
    this.#recentStepMs = reader.float64();
    if (hasRecent) this.#recent = RecentSteps.decode(reader);
  }

  #wake(): PatientDetector {
    const detector = new PatientDetector({ ...this.#context, profile: this.profile });
    this.#detector = detector;
    return detector;
  }

  /**
   * The first value that differs. Long sameness is something to be surprised by, a short one is only a beginning. The
   * score of the value as a burst of what never happened.
   */
  #learnSameness(detector: PatientDetector, timeMs: number): number {
    this.awakeMs = timeMs;
    if (timeMs - this.#firstMs < this.#context.constantForMs) return 0;
    const wholeSteps = Math.floor((timeMs - this.#firstMs) / this.stepMs);
    const steps = Math.min(CONSTANT_STEPS, wholeSteps);
    this.awakeMs = timeMs - steps * this.stepMs;
    const calm = { outside: false, wasInEpisode: false };
    for (let left = steps; left > 0; left--)
      detector.learn(timeMs - left * this.stepMs, this.#firstValue, this.stepMs, calm, into);
    if (!this.#isCount || this.#firstValue !== 0 || this.profile.direction === 'below') return 0;
    const count = (this.actual * this.stepMs) / 1000;
    const burst = firstBurstScore(count, wholeSteps, this.stepMs, this.profile.alertsPerWeek);
    if (burst >= 1) detector.beginAnomaly(timeMs);
    return burst;
  }

  #note(detector: Detector, timeMs: number): void {
    const { score, inEpisode } = this.latest;
    if (!inEpisode) {
      this.peakScore = 0;
      return;
    }
    if (this.peakScore === 0) this.sinceMs = timeMs;
    if (score <= this.peakScore) return;
    this.peakScore = score;
    this.why = detector.why().map(({ sentence }) => sentence);
  }
}
