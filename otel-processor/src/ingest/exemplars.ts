import type { Counter, Telemetry } from '../base/index.ts';
import { type Batch, type Exemplar, LabelSet } from '../model/index.ts';
import { hex } from './any-value.ts';
import { millisecondsOf, type PointHeader } from './point-header.ts';
import { PointRefusal } from './point-refusal.ts';
import type { RequestLabels } from './request-labels.ts';
import type { WireReader } from './wire.ts';

/** OpenMetrics: label names and values of an exemplar together have at most this many characters. */
const RUNES_MAX = 128;

/** One exemplar of a point as it came. */
class ExemplarFields {
  timeLo = 0;
  timeHi = 0;
  value = 0;
  hasValue = false;
  traceId = '';
  spanId = '';

  scan(reader: WireReader, start: number, end: number): void {
    this.timeLo = 0;
    this.timeHi = 0;
    this.hasValue = false;
    this.traceId = '';
    this.spanId = '';
    reader.pos = start;
    while (reader.pos < end) {
      this.#field(reader, reader.tag(end), end);
    }
  }

  #field(reader: WireReader, tag: number, end: number): void {
    const { view } = reader;
    switch (tag) {
      case 0x11: {
        const next = reader.fixed64End(end);
        this.timeLo = view.getInt32(reader.pos, true);
        this.timeHi = view.getInt32(reader.pos + 4, true);
        reader.pos = next;
        return;
      }
      case 0x19:
        this.value = reader.float64(end);
        this.hasValue = true;
        return;
      case 0x31: {
        const next = reader.fixed64End(end);
        this.value = view.getInt32(reader.pos + 4, true) * 0x1_0000_0000 + view.getUint32(reader.pos, true);
        this.hasValue = true;
        reader.pos = next;
        return;
      }
      case 0x22:
        this.spanId = idText(reader, end);
        return;
      case 0x2a:
        this.traceId = idText(reader, end);
        return;
      default:
        reader.skip(tag, end);
    }
  }
}

/** Ids that are empty or all zero say that there is none; so does any length but eight or sixteen bytes. */
function idText(reader: WireReader, end: number): string {
  const next = reader.lengthEnd(end);
  const bytes = reader.bytes.subarray(reader.pos, next);
  reader.pos = next;
  const plausible = (bytes.length === 8 || bytes.length === 16) && bytes.some((byte) => byte !== 0);
  return plausible ? hex(bytes) : '';
}

/** Reads the exemplars of points into a batch; drops, and counts, those that are over a limit or say nothing. */
export class ExemplarReader {
  readonly #reader: WireReader;
  readonly #labels: RequestLabels;
  readonly #max: number;
  readonly #fields = new ExemplarFields();
  readonly #dropped: (reason: string) => Counter;

  constructor(reader: WireReader, labels: RequestLabels, max: number, telemetry: Telemetry) {
    this.#reader = reader;
    this.#labels = labels;
    this.#max = max;
    this.#dropped = (reason) =>
      telemetry.counter('statbar_ingest_exemplars_dropped_total', 'Exemplars not kept, by reason.', {
        reason,
      });
  }

  /** Reads field `field` of the point. `seriesOf` says to which series of the point a value belongs. */
  read(batch: Batch, point: PointHeader, field: number, seriesOf: (value: number) => number): void {
    const reader = this.#reader;
    const wanted = field * 8 + 2;
    reader.pos = point.start;
    while (reader.pos < point.end) {
      const tag = reader.tag(point.end);
      if (tag !== wanted) {
        reader.skip(tag, point.end);
        continue;
      }
      const next = reader.lengthEnd(point.end);
      const exemplar = this.#exemplar(batch, point, reader.pos, next, seriesOf);
      if (exemplar !== undefined) batch.exemplars.push(exemplar);
      reader.pos = next;
    }
  }

  #exemplar(
    batch: Batch,
    point: PointHeader,
    start: number,
    end: number,
    seriesOf: (value: number) => number,
  ): Exemplar | undefined {
    const fields = this.#fields;
    fields.scan(this.#reader, start, end);
    if (!fields.hasValue || Number.isNaN(fields.value)) return this.#drop('no_value');
    if (batch.exemplars.length >= this.#max) return this.#drop('too_many');
    const timed = (fields.timeLo | fields.timeHi) !== 0;
    return {
      seriesId: seriesOf(fields.value),
      labels: this.#exemplarLabels(start, end),
      value: fields.value,
      timestampMs: timed
        ? millisecondsOf(fields.timeLo, fields.timeHi)
        : millisecondsOf(point.timeLo, point.timeHi),
    };
  }

  /** Trace and span first; the filtered attributes only if all of it stays within the limit. */
  #exemplarLabels(start: number, end: number): LabelSet {
    const { traceId, spanId } = this.#fields;
    const ids = new Map<string, string>();
    if (traceId !== '') ids.set('trace_id', traceId);
    if (spanId !== '') ids.set('span_id', spanId);
    let attributes: Map<string, string>;
    try {
      attributes = this.#labels.labels.names.translate(this.#labels.attributes(start, end, 7), () => {});
    } catch (refusal) {
      if (!(refusal instanceof PointRefusal)) throw refusal;
      this.#dropped('attributes').add(1);
      return LabelSet.of(ids);
    }
    for (const [name, value] of ids) attributes.set(name, value);
    if (runes(attributes) <= RUNES_MAX) return LabelSet.of(attributes);
    this.#dropped('attributes').add(1);
    return LabelSet.of(ids);
  }

  #drop(reason: string): undefined {
    this.#dropped(reason).add(1);
    return undefined;
  }
}

function runes(labels: ReadonlyMap<string, string>): number {
  let count = 0;
  for (const [name, value] of labels) {
    // Never fewer runes than half the UTF-16 units: no need to walk a long text.
    if (name.length + value.length > 4 * RUNES_MAX) return Number.POSITIVE_INFINITY;
    count += [...name].length + [...value].length;
  }
  return count;
}
