import type { AttributeValue } from '../model/index.ts';
import type { ResultKind } from './operator-types.ts';
import type { ViewSource } from './view-source.ts';

/** Gets one number of a result: values of the `by` labels, the series' name, label pairs beyond, the value. */
export type VisitNumber = (
  keyValues: readonly string[],
  seriesName: string,
  labels: readonly string[],
  value: number,
) => void;

/** The results of one window of a view. Read it before returning. */
export interface ViewResult {
  readonly view: string;
  /** The attributes in `by`. */
  readonly labelNames: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly kind: ResultKind;
  readonly revision: number;
  readonly isFinal: boolean;
  readonly completeness: number;
  /** What is added to the names of series when they are stored; none for a result that is not stored. */
  readonly storedAs: readonly string[];
  readonly keyCount: number;
  each(visit: VisitNumber): void;
}

/** Whether the state was there before (`restored`), or began at the last start or reload: for a new view or a changed one. */
export type ViewOrigin = 'new' | 'changed' | 'restored';

export interface ViewStatus {
  readonly name: string;
  /** `backfilling`: being computed over what is stored, without live results yet. */
  readonly state: 'live' | 'backfilling';
  /** Share of the stored history that was computed; 1 when live. */
  readonly progress: number;
  readonly origin: ViewOrigin;
  /** When the view's state began. */
  readonly sinceMs: number;
  readonly watermarkMs: number;
  readonly source: ViewSource['kind'];
  readonly keyCount: number;
  readonly openSessions: number;
  readonly sizeBytes: number;
  readonly eventCount: number;
  readonly tooLateCount: number;
  /** Events whose key did not fit, or whose session. */
  readonly overflowCount: number;
}

/** An event that came too late for all its windows. */
export interface LateEvent {
  readonly view: string;
  readonly name: string;
  readonly source: string;
  readonly timestampMs: number;
  /** How far the view's watermark was when the event came. */
  readonly watermarkMs: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface ViewPorts {
  emit(result: ViewResult): void;
  tooLate(event: LateEvent): void;
}
