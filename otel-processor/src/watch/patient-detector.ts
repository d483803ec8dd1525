import type { ByteReader, ByteWriter } from '../base/index.ts';
import type { Detector, DetectorMethod, Observation, SignalProfile } from '../detect/index.ts';

/** A score below is calm, and after so many calm steps an anomaly is over. */
const CALM = 0.5;
const CALM_STEPS = 3;
/** What is shorter is a spike: that there are such is something to learn. */
const FORGOTTEN_STEPS_MIN = 5;

export interface PatientOptions {
  readonly method: DetectorMethod;
  readonly profile: SignalProfile;
  /** See `watch.relearn_after`. */
  readonly relearnAfterMs: number;
}

/**
 * A detector that does not learn from anomalies before it knows what they are. In one, values are judged by the detector
 * as it was before; if the signal returns to what that expects, all that was learnt meanwhile is forgotten (but of a
 * mere spike); if it does not return, the signal has a new level.
 */
export class PatientDetector {
  readonly #options: PatientOptions;
  #detector: Detector;
  /** State before an anomaly, as long as that lasts. */
  #before: Uint8Array | undefined;
  #beforeMs = Number.NaN;
  #calmSteps = 0;

  constructor(options: PatientOptions, detector = options.method.create(options.profile)) {
    this.#options = options;
    this.#detector = detector;
  }

  get inAnomaly(): boolean {
    return this.#before !== undefined;
  }

  /** Takes in a step; `outside`: the value is outside of the last band. The detector whose verdict is in `into`. */
  learn(
    timeMs: number,
    value: number,
    stepMs: number,
    { outside, wasInEpisode }: { readonly outside: boolean; readonly wasInEpisode: boolean },
    into: Observation,
  ): Detector {
    const detector = this.#detector;
    const before = this.#before;
    if (before === undefined) {
      const state = outside ? detector.encode() : undefined;
      detector.observe(timeMs, value, into);
      if (into.inEpisode && !wasInEpisode && state !== undefined) this.#begin(state, timeMs);
      return detector;
    }
    // It goes on learning, in case that this is the new level.
    detector.observe(timeMs, value, into);
    if (Number.isNaN(value)) return detector;
    if (timeMs - this.#beforeMs >= this.#options.relearnAfterMs) {
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
    const lastedMs = timeMs - this.#beforeMs - CALM_STEPS * stepMs;
    if (lastedMs >= FORGOTTEN_STEPS_MIN * stepMs) this.#detector = copy;
    return copy;
  }

  /** What it would say of a value, without learning it. The detector that says so. */
  glimpse(timeMs: number, value: number, into: Observation): Detector {
    const copy = this.#copyOf(this.#before ?? this.#detector.encode());
    copy.observe(timeMs, value, into);
    if (this.#before !== undefined) into.inEpisode = true;
    return copy;
  }

  /** What comes next is an anomaly. */
  beginAnomaly(timeMs: number): void {
    this.#begin(this.#detector.encode(), timeMs);
  }

  get sizeBytes(): number {
    return this.#detector.sizeBytes() + (this.#before?.length ?? 0);
  }

  encode(writer: ByteWriter): void {
    const state = this.#detector.encode();
    writer.uvarint(state.length);
    writer.raw(state);
    writer.uvarint(this.#before?.length ?? 0);
    if (this.#before === undefined) return;
    writer.raw(this.#before);
    writer.float64(this.#beforeMs);
    writer.uvarint(this.#calmSteps);
  }

  /** A detector of another version begins anew. */
  static decode(options: PatientOptions, reader: ByteReader): PatientDetector {
    const { method, profile } = options;
    const state = reader.raw(reader.uvarint()).slice();
    const patient = new PatientDetector(options, method.decode(profile, state) ?? method.create(profile));
    const before = reader.raw(reader.uvarint());
    if (before.length === 0) return patient;
    patient.#before = before.slice();
    patient.#beforeMs = reader.float64();
    patient.#calmSteps = reader.uvarint();
    return patient;
  }

  #begin(state: Uint8Array, timeMs: number): void {
    this.#before = state;
    this.#beforeMs = timeMs;
    this.#calmSteps = 0;
  }

  #copyOf(state: Uint8Array): Detector {
    const { method, profile } = this.#options;
    return method.decode(profile, state) ?? method.create(profile);
  }
}
