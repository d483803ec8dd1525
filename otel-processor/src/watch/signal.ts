import type { ByteReader, ByteWriter } from '../base/index.ts';
import {
  createObservation,
  type Detector,
  type DetectorMethod,
  type SignalProfile,
} from '../detect/index.ts';
import { RecentSteps } from './recent-steps.ts';
import { copyVerdict, decodeVerdict, encodeVerdict, noVerdict, type Verdict } from './verdict.ts';

/** What is the same for all signals of a watch. */
export interface SignalContext {
  readonly method: DetectorMethod;
  /** See `watch.constant_for`. */
  readonly constantForMs: number;
  /** See `watch.relearn_after`. */
  readonly relearnAfterMs: number;
}

/** A score below is calm, and after so many calm steps an anomaly is over. */
const CALM = 0.5;
const CALM_STEPS = 3;
/** What is shorter is a spike: that there are such is something to learn. */
const FORGOTTEN_STEPS_MIN = 5;

/** Steps of sameness that a signal is taken to have shown, when it has been constant for long. */
const CONSTANT_STEPS = 1440;

const into = createObservation();

/**
 * One watched sequence with its detector. The detector learns step by step; between two steps a value outside of the
 * band is shown to a copy of it, so that an anomaly is known early and nothing is learnt from half a step. In an
 * anomaly values are judged by the detector as it was before; if the signal returns to what that expects, all that was
 * learnt meanwhile is forgotten (but of a mere spike), and if it does not return, the signal has a new level. As long as a signal has had one
 * value only, it has no detector at all.
 */
export class Signal {
  /** Name of its family. */
  readonly family: string;
  readonly name: string;
  readonly profile: SignalProfile;
  readonly #context: SignalContext;
  #detector: Detector | undefined;
  /** The detector as it was before an anomaly, as long as that lasts. */
  #before: Uint8Array | undefined;
  #beforeMs = Number.NaN;
  #calmSteps = 0;
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
  /** Set by who limits costs. */
  stepMs: number;

  constructor(family: string, name: string, profile: SignalProfile, context: SignalContext) {
    this.family = family;
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
    if (this.#detector === undefined) {
      if (Number.isNaN(value)) return false;
      if (Number.isNaN(this.#firstMs)) {
        this.#firstMs = timeMs;
        this.#firstValue = value;
      }
      this.#committedMs = timeMs;
      if (value === this.#firstValue) return false;
      this.#wake(timeMs);
    }
    const judge = this.#learn(timeMs, value, this.#detector as Detector);
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
    if (this.#before === undefined && value >= committed.lower && value <= committed.upper) {
      copyVerdict(committed, this.latest);
      if (!committed.inEpisode) this.peakScore = 0;
      return wasEarly;
    }
    const copy = this.#copyOf(this.#before ?? detector.encode());
    copy.observe(timeMs, value, into);
    if (this.#before !== undefined) into.inEpisode = true;
    copyVerdict(into, this.latest);
    this.early = true;
    this.#note(copy, timeMs);
    return true;
  }

  /** There is no value any more, and nobody asks for one: whatever it was in has ended. */
  rest(): void {
    this.early = false;
    this.peakScore = 0;
    this.latest.inEpisode = false;
    this.#committed.inEpisode = false;
  }

  /** Of a step (of its own length) of the recent past: see `RecentSteps`. A signal that never changed has its value at all of them. */
  recentValue(step: number): number {
    if (this.#recent !== undefined) return this.#recent.value(step);
    return step * this.stepMs >= this.#firstMs ? this.#firstValue : Number.NaN;
  }

  recentExpected(step: number): number {
    return this.#recent?.expected(step) ?? this.recentValue(step);
  }

  get sizeBytes(): number {
    return (
      400 +
      (this.#detector?.sizeBytes() ?? 0) +
      (this.#before?.length ?? 0) +
      (this.#recent === undefined ? 0 : 400)
    );
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.stepMs);
    writer.float64(this.#firstMs);
    writer.float64(this.#firstValue);
    writer.float64(this.#committedMs);
    writer.float64(this.peakScore);
    writer.float64(this.sinceMs);
    writer.float64(this.actual);
    const before = this.#before;
    writer.uint8(
      (this.#detector === undefined ? 0 : 1) | (this.early ? 2 : 0) | (before === undefined ? 0 : 4),
    );
    if (this.#detector === undefined) return;
    const state = this.#detector.encode();
    writer.uvarint(state.length);
    writer.raw(state);
    writer.float64(this.awakeMs);
    if (before !== undefined) {
      writer.uvarint(before.length);
      writer.raw(before);
      writer.float64(this.#beforeMs);
      writer.uvarint(this.#calmSteps);
    }
    encodeVerdict(this.#committed, writer);
    encodeVerdict(this.latest, writer);
    writer.uvarint(this.why.length);
    for (const sentence of this.why) writer.string(sentence);
    writer.uint8(this.#recent === undefined ? 0 : 1);
    writer.float64(this.#recentStepMs);
    this.#recent?.encode(writer);
  }

  /** Replaces the state by an encoded one. A detector of another version begins anew. */
  decode(reader: ByteReader): void {
    this.stepMs = reader.float64();
    this.#firstMs = reader.float64();
    this.#firstValue = reader.float64();
    this.#committedMs = reader.float64();
    this.peakScore = reader.float64();
    this.sinceMs = reader.float64();
    this.actual = reader.float64();
    const flags = reader.uint8();
    this.early = (flags & 2) !== 0;
    if ((flags & 1) === 0) return;
    const { method } = this.#context;
    const state = reader.raw(reader.uvarint());
    this.#detector = method.decode(this.profile, state.slice()) ?? method.create(this.profile);
    this.awakeMs = reader.float64();
    if ((flags & 4) !== 0) {
      this.#before = reader.raw(reader.uvarint()).slice();
      this.#beforeMs = reader.float64();
      this.#calmSteps = reader.uvarint();
    }
    decodeVerdict(this.#committed, reader);
    decodeVerdict(this.latest, reader);
    this.why = Array.from({ length: reader.uvarint() }, () => reader.string());
    const hasRecent = reader.uint8() === 1;
    this.#recentStepMs = reader.float64();
    if (hasRecent) this.#recent = RecentSteps.decode(reader);
  }

  /** Takes in a step; `into` is the verdict on it. The detector whose verdict that is. */
  #learn(timeMs: number, value: number, detector: Detector): Detector {
    const { lower, upper } = this.#committed;
    const before = this.#before;
    if (before === undefined) {
      const suspicious = value < lower || value > upper;
      const state = suspicious ? detector.encode() : undefined;
      const wasInEpisode = this.#committed.inEpisode;
      detector.observe(timeMs, value, into);
      if (into.inEpisode && !wasInEpisode && state !== undefined) {
        this.#before = state;
        this.#beforeMs = timeMs;
        this.#calmSteps = 0;
      }
      return detector;
    }
    // It goes on learning, in case that this is the new level.
    detector.observe(timeMs, value, into);
    if (Number.isNaN(value)) return detector;
    if (timeMs - this.#beforeMs >= this.#context.relearnAfterMs) {
      this.#before = undefined;
      return detector;
    }
    const copy = this.#copyOf(before);
    copy.observe(timeMs, value, into);
    into.inEpisode = true;
    this.#calmSteps = into.score < CALM ? this.#calmSteps + 1 : 0;
    if (this.#calmSteps < CALM_STEPS) return copy;
    this.#before = undefined;
    into.inEpisode = false;
    const lastedMs = timeMs - this.#beforeMs - CALM_STEPS * this.stepMs;
    if (lastedMs >= FORGOTTEN_STEPS_MIN * this.stepMs) this.#detector = copy;
    return copy;
  }

  #copyOf(state: Uint8Array): Detector {
    const { method } = this.#context;
    return method.decode(this.profile, state) ?? method.create(this.profile);
  }

  /** The first value that differs. Long sameness is something to be surprised by, a short one is only a beginning. */
  #wake(timeMs: number): void {
    const detector = this.#context.method.create(this.profile);
    this.#detector = detector;
    this.awakeMs = timeMs;
    if (timeMs - this.#firstMs < this.#context.constantForMs) return;
    const steps = Math.min(CONSTANT_STEPS, Math.floor((timeMs - this.#firstMs) / this.stepMs));
    this.awakeMs = timeMs - steps * this.stepMs;
    for (let left = steps; left > 0; left--)
      detector.observe(timeMs - left * this.stepMs, this.#firstValue, into);
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
