import { FaultError, permanent } from '../base/index.ts';
import type { LabelSet } from '../model/index.ts';
import type { Frame } from './frame.ts';
import { deleteSamples, indexSeries, type LiveData, removeSeries } from './live-data.ts';
import {
  RECORD_DELETE,
  RECORD_END,
  RECORD_EXEMPLARS,
  RECORD_HISTOGRAMS,
  RECORD_LAST_HISTOGRAMS,
  RECORD_LATE,
  RECORD_METADATA,
  RECORD_REMOVE,
  RECORD_SAMPLES,
  RECORD_SEAL_BEGIN,
  RECORD_SEAL_END,
  RECORD_SERIES,
  RECORD_STATE,
  readDeletion,
  readExemplars,
  readHistograms,
  readIds,
  readMetadata,
  readSamples,
  readSealBegin,
  readSealEnd,
  readSeries,
} from './records.ts';
import { readLate, readStates } from './snapshot-state.ts';

/** Most ids that may be free between two series; a larger leap is damage. */
const ID_GAP_MAX = 1 << 22;

/** Applies records in the order in which they were logged; the same records always give the same state. */
export class Replay {
  /** Samples whose series is not defined: its definition was in a damaged place. */
  orphanSamples = 0;
  /** Records that are whole and yet cannot be read. */
  failedRecords = 0;
  /** Why the first of those cannot. */
  failure = '';
  readonly #data: LiveData;
  #sealing: readonly number[] | undefined;

  readonly #minute: number;

  /** `minute`: of the epoch, now; what is replayed counts as seen at this start. */
  constructor(data: LiveData, minute: number) {
    this.#data = data;
    this.#minute = minute;
  }

  apply(frame: Frame): void {
    try {
      this.#apply(frame);
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      this.failedRecords += 1;
      if (this.failure === '') this.failure = error.message;
    }
  }

  /** A seal whose end is not in the log did not happen; readers see samples once even if its block exists. */
  finish(): void {
    if (this.#sealing !== undefined) this.#data.head.abortSeal(this.#sealing);
    this.#sealing = undefined;
  }

  #apply({ type, payload }: Frame): void {
    const { head, exemplars, metadata, registry } = this.#data;
    switch (type) {
      case RECORD_SERIES:
        readSeries(payload, ({ seriesId, labels }) => this.#define(seriesId, labels));
        return;
      case RECORD_SAMPLES:
        this.#samples(payload);
        return;
      case RECORD_HISTOGRAMS:
        for (const { seriesId, timestampMs, histogram } of readHistograms(payload)) {
          if (registry.isLive(seriesId)) head.appendHistogram(seriesId, timestampMs, histogram);
          else this.orphanSamples += 1;
        }
        return;
      case RECORD_EXEMPLARS:
        exemplars.add(readExemplars(payload).filter(({ seriesId }) => registry.isLive(seriesId)));
        return;
      case RECORD_METADATA:
        metadata.add(readMetadata(payload));
        return;
      case RECORD_DELETE: {
        const { seriesIds, fromMs, toMs } = readDeletion(payload);
        deleteSamples(this.#data, seriesIds, fromMs, toMs);
        return;
      }
      case RECORD_REMOVE:
        removeSeries(
          this.#data,
          [...new Set(readIds(payload))].filter((seriesId) => registry.isLive(seriesId)),
        );
        return;
      case RECORD_SEAL_BEGIN: {
        this.finish();
        const { fromMs, toMs } = readSealBegin(payload);
        this.#sealing = head.beginSeal(registry.idEnd, fromMs, toMs);
        return;
      }
      case RECORD_SEAL_END:
        if (this.#sealing !== undefined && readSealEnd(payload)) head.finishSeal(this.#sealing);
        else if (this.#sealing !== undefined) head.abortSeal(this.#sealing);
        this.#sealing = undefined;
        return;
      case RECORD_STATE:
        readStates(payload, this.#data);
        return;
      case RECORD_LATE:
        readLate(payload, this.#data);
        return;
      case RECORD_LAST_HISTOGRAMS:
        for (const { seriesId, histogram } of readHistograms(payload)) {
          if (registry.isLive(seriesId)) head.lastHistograms.set(seriesId, histogram);
        }
        return;
      case RECORD_END:
        return;
      default:
        this.failedRecords += 1;
        if (this.failure === '') this.failure = `unknown record type ${type}`;
    }
  }

  #define(seriesId: number, labels: LabelSet): void {
    const { registry } = this.#data;
    if (labels.size === 0 || seriesId > registry.idEnd + ID_GAP_MAX) {
      throw new FaultError(permanent('invalid', `series definition makes no sense: id ${seriesId}`));
    }
    if (registry.isLive(seriesId)) {
      if (registry.labels(seriesId).equals(labels)) return;
      // The record that removed the id's former series is lost.
      removeSeries(this.#data, [seriesId]);
    }
    const elsewhere = registry.find(labels);
    if (elsewhere !== undefined) removeSeries(this.#data, [elsewhere]);
    registry.restore(seriesId, labels);
    indexSeries(this.#data, [seriesId], this.#minute);
  }

  #samples(payload: Uint8Array): void {
    const { head, registry } = this.#data;
    const { count, seriesIds, timestampsMs, values } = readSamples(payload);
    const words = new Uint32Array(values.buffer);
    for (let row = 0; row < count; row++) {
      const seriesId = seriesIds[row];
      if (registry.isLive(seriesId)) {
        head.append(seriesId, timestampsMs[row], values[row], words[2 * row], words[2 * row + 1]);
      } else {
        this.orphanSamples += 1;
      }
    }
  }
}
