import { type Clock, FaultError, permanent, yieldToEventLoop } from '../../base/index.ts';
import type { Querier } from '../../store/types.ts';
import { lineAndColumn, type Span } from '../syntax/index.ts';
import type { Row } from './row.ts';
import type { Steps } from './steps.ts';

/** Longest time between two yields to the event loop. */
const SLICE_MS = 5;

export interface EvaluationSettings {
  readonly lookbackMs: number;
  readonly timeoutMs: number;
  readonly samplesMax: number;
  readonly subqueryStepMs: number;
  readonly subqueryStepsMax: number;
  readonly delayedNameRemoval: boolean;
  readonly signal: AbortSignal | undefined;
}

/** State of one query while it is evaluated: its limits, what it has used, and its annotations. */
export class Evaluation {
  readonly text: string;
  readonly steps: Steps;
  /** Whether this is a range query, even if it has a single step. */
  readonly isRange: boolean;
  readonly querier: Querier;
  readonly clock: Clock;
  readonly settings: EvaluationSettings;
  readonly #startedMs: number;
  #sliceStartedMs: number;
  #samplesHeld = 0;
  samplesPeak = 0;
  samplesTotal = 0;
  seriesTotal = 0;
  readonly #warnings = new Set<string>();
  readonly #infos = new Set<string>();

  constructor(
    text: string,
    steps: Steps,
    isRange: boolean,
    querier: Querier,
    clock: Clock,
    settings: EvaluationSettings,
  ) {
    this.text = text;
    this.steps = steps;
    this.isRange = isRange;
    this.querier = querier;
    this.clock = clock;
    this.settings = settings;
    this.#startedMs = clock.monotonicMs();
    this.#sliceStartedMs = this.#startedMs;
  }

  get elapsedMs(): number {
    return this.clock.monotonicMs() - this.#startedMs;
  }

  /**
   * To be called between pieces of work, a series or a row each. Undefined most of the time; a promise to wait
   * for when the event loop is due. Throws a `FaultError` when the query has run out of time or was aborted.
   */
  pause(): Promise<void> | undefined {
    const nowMs = this.clock.monotonicMs();
    this.#checkAlive(nowMs);
    if (nowMs - this.#sliceStartedMs < SLICE_MS) return undefined;
    return this.#yield();
  }

  async #yield(): Promise<void> {
    await yieldToEventLoop();
    this.#sliceStartedMs = this.clock.monotonicMs();
    this.#checkAlive(this.#sliceStartedMs);
  }

  #checkAlive(nowMs: number): void {
    const { signal, timeoutMs } = this.settings;
    if (signal?.aborted) {
      throw new FaultError(permanent('canceled', 'query was canceled in expression evaluation'));
    }
    if (nowMs - this.#startedMs > timeoutMs) {
      throw new FaultError(
        permanent('timeout', `query timed out in expression evaluation (query.timeout: ${timeoutMs} ms)`),
      );
    }
  }

  /** Counts samples that are kept until the matching `release`. */
  hold(samples: number): void {
    this.#samplesHeld += samples;
    if (this.#samplesHeld > this.samplesPeak) this.samplesPeak = this.#samplesHeld;
    if (this.#samplesHeld > this.settings.samplesMax) {
      exceed(
        'query processing would load too many samples into memory in query execution ' +
          `(query.samples_max: ${this.settings.samplesMax})`,
      );
    }
  }

  release(samples: number): void {
    this.#samplesHeld -= samples;
  }

  /** Gives back what collecting these rows held. */
  releaseRows(rows: readonly Row[]): void {
    if (rows.length > 0) this.release(rows.length * rows[0].values.length);
  }

  warn(message: string, span: Span): void {
    note(this.#warnings, `PromQL warning: ${message} (${lineAndColumn(this.text, span.start)})`);
  }

  info(message: string, span: Span): void {
    note(this.#infos, `PromQL info: ${message} (${lineAndColumn(this.text, span.start)})`);
  }

  get warnings(): readonly string[] {
    return told(this.#warnings, 'warning');
  }

  get infos(): readonly string[] {
    return told(this.#infos, 'info');
  }
}

/** One annotation for every metric would be possible: so many are kept, and fewer told. */
const ANNOTATIONS_KEPT = 1000;
const ANNOTATIONS_TOLD = 10;

function note(annotations: Set<string>, text: string): void {
  if (annotations.size < ANNOTATIONS_KEPT) annotations.add(text);
}

function told(annotations: ReadonlySet<string>, kind: string): readonly string[] {
  const all = [...annotations];
  if (all.length <= ANNOTATIONS_TOLD) return all;
  const rest = all.length - ANNOTATIONS_TOLD;
  const more = annotations.size < ANNOTATIONS_KEPT ? rest : `at least ${rest}`;
  return [...all.slice(0, ANNOTATIONS_TOLD), `${more} more ${kind} annotations omitted`];
}

/** Ends the query: it is over a limit of its own, which the message names. */
export function exceed(message: string): never {
  throw new FaultError(permanent('limit', message));
}

/** Ends the query: it is right in itself but cannot be answered over these data (Prometheus: `execution`). */
export function fail(message: string): never {
  throw new FaultError(permanent('execution', message));
}
