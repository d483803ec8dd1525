import type { engineInstruments } from './engine-instruments.ts';
import type { ResultListener, ViewEnginePorts } from './engine-types.ts';
import { LateEvents } from './late-events.ts';
import { batchOfResult } from './result-batch.ts';
import type { ViewSetPorts } from './view-set.ts';
import type { LateEvent, ViewResult } from './view-types.ts';

const LATE_EVENTS_MAX = 20;

/** Where results and late events go: to who listens, and into the store. */
export class ResultOutlet {
  readonly #ports: Pick<ViewEnginePorts, 'logger' | 'resolver' | 'write'>;
  readonly #instruments: ReturnType<typeof engineInstruments>;
  readonly #listeners = new Map<string, Set<ResultListener>>();
  readonly #late: LateEvents;

  constructor(
    ports: Pick<ViewEnginePorts, 'logger' | 'resolver' | 'write'>,
    instruments: ReturnType<typeof engineInstruments>,
    lateEventsMax = LATE_EVENTS_MAX,
  ) {
    this.#late = new LateEvents(lateEventsMax);
    this.#ports = ports;
    this.#instruments = instruments;
  }

  get lateEvents(): readonly LateEvent[] {
    return this.#late.list();
  }

  /** Calls `listener` with every result of a view until the returned function is called. */
  listen(view: string, listener: ResultListener): () => void {
    const listeners = this.#listeners.get(view) ?? new Set();
    this.#listeners.set(view, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  emit(result: ViewResult): void {
    this.#instruments.results.add(1);
    void this.store(result);
    for (const listener of this.#listeners.get(result.view) ?? []) listener(result);
  }

  /** Stores a result if it is of a kind that is stored. Settles when it is, or was refused. */
  async store(result: ViewResult): Promise<void> {
    await Promise.all(result.storedAs.map((suffix) => this.#storeAs(result, suffix)));
  }

  async #storeAs(result: ViewResult, suffix: string): Promise<void> {
    const { view } = result;
    const fault = await this.#ports.write(batchOfResult(result, this.#ports.resolver, suffix));
    if (fault === undefined) return;
    this.#instruments.unstored.add(1);
    this.#ports.logger.warn('results of a view could not be stored', { view, reason: fault.message });
  }

  tooLate(event: LateEvent): void {
    this.#instruments.late.add(1);
    this.#late.note(event);
  }
}

/** What a set of views is connected to. */
export function outlets(
  outlet: ResultOutlet,
  instruments: ReturnType<typeof engineInstruments>,
  { logger, clock }: Pick<ViewEnginePorts, 'logger' | 'clock'>,
): ViewSetPorts {
  return {
    logger,
    nowMs: () => clock.nowMs(),
    emit: (result) => outlet.emit(result),
    tooLate: (event) => outlet.tooLate(event),
    samplesLeft(repeated, tooOld) {
      instruments.repeatedSamples.add(repeated);
      instruments.oldSamples.add(tooOld);
    },
    ratioGaveUp: () => instruments.ratioGaveUp.add(1),
  };
}
