import { type Fault, FaultError, permanent, type Telemetry } from '../base/index.ts';
import { Batch, type SeriesResolver, wordsOf } from '../model/index.ts';
import type { IngestConfig } from './config.ts';
import { IdentityCache, observeCache } from './identity-cache.ts';
import { IdentityHash } from './identity-hash.ts';
import { countLimit } from './limit-counter.ts';
import { MetadataMemory } from './metadata-memory.ts';
import { faultOf } from './otlp-decoder.ts';
import type { DecoderPorts } from './otlp-protobuf.ts';
import { PointRefusal } from './point-refusal.ts';
import { readExemplar, readInt64, readMetadata } from './remote-fields.ts';
import { RemoteHistogram } from './remote-histogram.ts';
import { readSeriesLabels } from './remote-labels.ts';
import { decompressSnappy } from './snappy-block.ts';
import { WireReader } from './wire.ts';

/** Prometheus remote write 1.0 (prompb.WriteRequest, snappy block format) to columns, for one tenant. */
export interface RemoteWriteDecoder {
  /** Each sample or histogram is one point of the batch; bad ones are in `batch.rejections`. */
  decode(compressed: Uint8Array): Batch | Fault;
}

export function createRemoteWriteDecoder(config: IngestConfig, ports: DecoderPorts): RemoteWriteDecoder {
  const decoder = new WriteRequestDecoder(config, ports);
  return {
    decode(compressed) {
      const bytes = decompressSnappy(compressed, config.remote_write_size_max);
      if (bytes instanceof Uint8Array) return faultOf(() => decoder.decode(bytes));
      if (bytes.code === 'too_large') countLimit(ports.telemetry, 'remote_write_size_max');
      return bytes;
    },
  };
}

class WriteRequestDecoder {
  readonly #config: IngestConfig;
  readonly #resolver: SeriesResolver;
  readonly #telemetry: Telemetry;
  readonly #reader = new WireReader();
  readonly #hash: IdentityHash;
  readonly #cache: IdentityCache;
  readonly #metadata: MetadataMemory;
  readonly #histogram: RemoteHistogram;
  /** Labels of the time series being read: runs of bytes, start and end in turn; nearly always one. */
  readonly #labelRuns: number[] = [];
  #generation: number;
  #batch = new Batch(0);
  /** The value column and its integer view, made anew when the column grows. */
  #values = this.#batch.values;
  #words = wordsOf(this.#values);

  constructor(config: IngestConfig, { resolver, hashKey, telemetry }: DecoderPorts) {
    this.#config = config;
    this.#resolver = resolver;
    this.#telemetry = telemetry;
    this.#generation = resolver.generation;
    this.#hash = new IdentityHash(hashKey);
    this.#cache = new IdentityCache(config.identity_cache_entries_max);
    observeCache(this.#cache, 'remote_write', telemetry);
    this.#metadata = new MetadataMemory(config.metadata_names_max, telemetry);
    this.#histogram = new RemoteHistogram(config.histogram_buckets_max);
  }

  /** Throws `FaultError` for malformed input. */
  decode(bytes: Uint8Array): Batch {
    if (this.#generation !== this.#resolver.generation) {
      this.#generation = this.#resolver.generation;
      this.#cache.clear();
      this.#metadata.clear();
    }
    this.#batch = new Batch(Math.max(16, Math.ceil(bytes.length / 96)));
    const reader = this.#reader;
    reader.reset(bytes);
    try {
      const end = bytes.length;
      while (reader.pos < end) {
        const tag = reader.tag(end);
        if (tag !== 0x0a && tag !== 0x1a) {
          reader.skip(tag, end);
          continue;
        }
        const next = reader.lengthEnd(end);
        if (tag === 0x0a) this.#timeSeries(reader.pos, next);
        else {
          const metadata = readMetadata(reader, next, this.#config);
          if (metadata !== undefined && this.#metadata.isNews(metadata)) this.#batch.metadata.push(metadata);
        }
        reader.pos = next;
      }
      return this.#batch;
    } finally {
      this.#batch = new Batch(0);
      reader.release();
    }
  }

  /** TimeSeries: labels may follow samples on the wire, so they are looked for first. */
  #timeSeries(start: number, end: number): void {
    const rest = this.#scanLabels(start, end);
    if (rest < 0) return;
    const known = this.#find();
    if (known >= 0) {
      this.#samples(rest, end, known, undefined);
      return;
    }
    const answer = this.#newSeries();
    if (typeof answer === 'number') this.#samples(rest, end, answer, undefined);
    else this.#samples(rest, end, -1, answer);
  }

  /** Finds the runs of labels; answers where the first other field begins, or -1 when there is none. */
  #scanLabels(start: number, end: number): number {
    const reader = this.#reader;
    const { bytes } = reader;
    const runs = this.#labelRuns;
    runs.length = 0;
    let rest = -1;
    let pos = start;
    // The usual shape, without a call per field: short labels first.
    while (pos < end && bytes[pos] === 0x0a && bytes[pos + 1] < 0x80 && pos + 2 + bytes[pos + 1] <= end) {
      pos += 2 + bytes[pos + 1];
    }
    if (pos > start) runs.push(start, pos);
    reader.pos = pos;
    while (reader.pos < end) {
      const from = reader.pos;
      const tag = reader.tag(end);
      reader.skip(tag, end);
      if (tag === 0x0a) {
        if (runs.length > 0 && runs[runs.length - 1] === from) runs[runs.length - 1] = reader.pos;
        else runs.push(from, reader.pos);
      } else if (rest < 0) rest = from;
    }
    return rest;
  }

  #samples(start: number, end: number, seriesId: number, refusal: PointRefusal | undefined): void {
    const reader = this.#reader;
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag !== 0x12 && tag !== 0x1a && tag !== 0x22) {
        reader.skip(tag, end);
        continue;
      }
      const next = reader.lengthEnd(end);
      if (tag === 0x1a) {
        if (refusal === undefined) this.#exemplar(next, seriesId);
      } else {
        const index = this.#batch.pointCount++;
        if (index >= this.#config.points_per_request_max) this.#tooManyPoints();
        if (refusal !== undefined) {
          this.#batch.rejections.reject(index, refusal.reason, refusal.describe);
        } else if (tag === 0x12) this.#sample(next, index, seriesId);
        else this.#readHistogram(next, index, seriesId);
      }
      reader.pos = next;
    }
  }

  /** Sample { value: double = 1, timestamp: int64 = 2 }. The value is moved as bits: it may be a staleness marker. */
  #sample(end: number, index: number, seriesId: number): void {
    const reader = this.#reader;
    const { view } = reader;
    let lo = 0;
    let hi = 0;
    let timestampMs = 0;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x09) {
        const next = reader.fixed64End(end);
        lo = view.getInt32(reader.pos, true);
        hi = view.getInt32(reader.pos + 4, true);
        reader.pos = next;
      } else if (tag === 0x10) {
        timestampMs = readInt64(reader, end);
      } else {
        reader.skip(tag, end);
      }
    }
    if (!this.#validTime(timestampMs, index)) return;
    const batch = this.#batch;
    const row = batch.add(index, seriesId, timestampMs, 0);
    if (batch.values !== this.#values) {
      this.#values = batch.values;
      this.#words = wordsOf(batch.values);
    }
    this.#words[2 * row] = lo;
    this.#words[2 * row + 1] = hi;
  }

  #readHistogram(end: number, index: number, seriesId: number): void {
    const histogram = this.#histogram;
    histogram.scan(this.#reader, end);
    if (!this.#validTime(histogram.timestampMs, index)) return;
    if (histogram.stale) {
      this.#batch.addStale(index, seriesId, histogram.timestampMs);
      return;
    }
    const fault = histogram.fault();
    if (fault !== undefined) this.#batch.rejections.reject(index, 'invalid_histogram', () => fault);
    else this.#batch.addHistogram(index, seriesId, histogram.timestampMs, histogram.read());
  }

  #exemplar(end: number, seriesId: number): void {
    const { exemplars } = this.#batch;
    const read =
      exemplars.length < this.#config.exemplars_per_request_max
        ? readExemplar(this.#reader, end, seriesId)
        : 'too_many';
    if (typeof read !== 'string') exemplars.push(read);
    else {
      this.#telemetry
        .counter('statbar_ingest_exemplars_dropped_total', 'Exemplars not kept, by reason.', { reason: read })
        .add(1);
    }
  }

  /** Hashes the labels as they are on the wire; answers the series id, or -1. */
  #find(): number {
    const hash = this.#hash;
    const runs = this.#labelRuns;
    hash.start();
    for (let i = 0; i < runs.length; i += 2) hash.bytes(this.#reader.view, runs[i], runs[i + 1]);
    hash.finish();
    return this.#cache.series(hash.lo, hash.hi);
  }

  #newSeries(): number | PointRefusal {
    const { lo, hi } = this.#hash;
    try {
      const labels = readSeriesLabels(this.#reader, this.#labelRuns, this.#config);
      const answer = this.#resolver.resolve(labels);
      if (typeof answer !== 'number') {
        return new PointRefusal(answer, () => this.#resolver.describe(answer, labels));
      }
      this.#cache.putSeries(lo, hi, answer);
      return answer;
    } catch (refusal) {
      if (refusal instanceof PointRefusal) return refusal;
      throw refusal;
    }
  }

  #validTime(timestampMs: number, index: number): boolean {
    if (Number.isSafeInteger(timestampMs)) return true;
    this.#batch.rejections.reject(
      index,
      'invalid_timestamp',
      () => `timestamp ${timestampMs} is out of range (milliseconds since 1970)`,
    );
    return false;
  }

  #tooManyPoints(): never {
    countLimit(this.#telemetry, 'points_per_request_max');
    throw new FaultError(
      permanent(
        'too_large',
        `more than ${this.#config.points_per_request_max} samples in one request (ingest.points_per_request_max)`,
      ),
    );
  }
}
