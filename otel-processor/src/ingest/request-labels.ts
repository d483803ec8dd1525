import type { Counter, Telemetry } from '../base/index.ts';
import type { LabelSet, MetricMetadata, MetricType, SeriesResolver } from '../model/index.ts';
import { type AttributeLimits, type AttributeNotes, readAttributes } from './any-value.ts';
import type { IngestConfig } from './config.ts';
import { MetadataMemory } from './metadata-memory.ts';
import type { PointHeader } from './point-header.ts';
import { Lazy, PointRefusal } from './point-refusal.ts';
import {
  EXPONENTIAL_HISTOGRAM,
  GAUGE,
  HISTOGRAM,
  type Pieces,
  type RequestPosition,
  SUM,
  SUMMARY,
  type TextSpan,
} from './request-position.ts';
import { type MetricLabels, type ResourceLabels, SeriesLabels } from './series-labels.ts';
import type { Attribute, NamedType } from './translation/index.ts';
import type { WireReader } from './wire.ts';

/** Attributes of one resource or scope; labels have a limit of their own. */
const PARENT_ATTRIBUTES_MAX = 1024;

/**
 * The slow path: reads the strings that a series is named by, where the hash of their bytes was not enough.
 * What several points share is read once per resource, scope and metric of a request.
 */
export class RequestLabels {
  readonly labels: SeriesLabels;
  readonly #config: IngestConfig;
  readonly #reader: WireReader;
  readonly #position: RequestPosition;
  readonly #resolver: SeriesResolver;
  readonly #parentLimits: AttributeLimits;
  readonly #resource = new Lazy<ResourceLabels>();
  readonly #scope = new Lazy<ReadonlyMap<string, string>>();
  readonly #metric = new Lazy<MetricLabels>();
  readonly #metadata: MetadataMemory;
  /** Whether the current metric of the request was asked for already. */
  #metadataNoted = false;
  #news: MetricMetadata[] = [];
  readonly #notes: AttributeNotes = { stringIndexes: 0, emptyKeys: 0 };
  readonly #stringIndexes: Counter;
  readonly #emptyKeys: Counter;

  constructor(
    config: IngestConfig,
    resolver: SeriesResolver,
    reader: WireReader,
    position: RequestPosition,
    telemetry: Telemetry,
  ) {
    this.#config = config;
    this.#resolver = resolver;
    this.#reader = reader;
    this.#position = position;
    this.#metadata = new MetadataMemory(config.metadata_names_max, telemetry);
    this.labels = new SeriesLabels(config, telemetry);
    this.#parentLimits = { labels_per_series_max: PARENT_ATTRIBUTES_MAX, nesting_max: config.nesting_max };
    const dropped = (reason: string): Counter =>
      telemetry.counter(
        'statbar_ingest_attributes_dropped_total',
        'Attributes left out of labels, by reason.',
        { reason },
      );
    this.#emptyKeys = dropped('empty_key');
    this.#stringIndexes = dropped('string_index');
  }

  enterResource(): void {
    this.#resource.clear();
    this.enterScope();
  }

  enterScope(): void {
    this.#scope.clear();
    this.enterMetric();
  }

  enterMetric(): void {
    this.#metric.clear();
    this.#metadataNoted = false;
  }

  /** Forgets which metadata was passed on. */
  clear(): void {
    this.#metadata.clear();
  }

  resource(): ResourceLabels {
    return this.#resource.get(() => this.labels.resource(this.#parentAttributes(this.#position.resource, 1)));
  }

  metric(): MetricLabels {
    return this.#metric.get(() => this.#readMetric());
  }

  /** Labels of the point without a metric name. Throws `PointRefusal`. */
  point(point: PointHeader, attributesField: number): Map<string, string> {
    const metric = this.metric();
    const attributes = this.attributes(point.start, point.end, attributesField);
    return this.labels.point(metric, attributes);
  }

  attributes(start: number, end: number, field: number): Attribute[] {
    const attributes = readAttributes(this.#reader, start, end, field, this.#config, this.#notes);
    this.#countNotes();
    return attributes;
  }

  /** The series of these labels. Throws `PointRefusal`. */
  resolve(labels: LabelSet): number {
    const answer = this.#resolver.resolve(labels);
    if (typeof answer === 'number') return answer;
    throw new PointRefusal(answer, () => this.#resolver.describe(answer, labels));
  }

  /** Notes the metadata of the current metric, the first time and whenever it has changed. */
  noteMetadata(): void {
    if (this.#metadataNoted) return;
    this.#metadataNoted = true;
    const { familyName, family, unit, help } = this.metric();
    const metadata: MetricMetadata = { metricName: familyName, type: family, unit, help };
    if (this.#metadata.isNews(metadata) && this.#news.length < this.#config.metadata_names_max) {
      this.#news.push(metadata);
    }
  }

  /** What was noted since the last call, also in requests that came to nothing: it will not be noted again. */
  takeNews(): MetricMetadata[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  #readMetric(): MetricLabels {
    const position = this.#position;
    const scope = this.#scope.get(() => this.#readScope());
    const { type, family } = typesOf(position);
    const name = this.#text(position.name, 'metric name');
    const unit = this.#text(position.unit, 'unit');
    const description = this.#text(position.description, 'description').slice(
      0,
      this.#config.label_value_length_max,
    );
    return this.labels.metric({ name, unit, description, type, family }, this.resource(), scope);
  }

  #readScope(): ReadonlyMap<string, string> {
    const { scope, scopeSchemaUrl } = this.#position;
    const reader = this.#reader;
    const name: TextSpan = { start: 0, end: 0 };
    const version: TextSpan = { start: 0, end: 0 };
    for (let i = 0; i < scope.length; i += 2) {
      const end = scope[i + 1];
      reader.pos = scope[i];
      while (reader.pos < end) {
        const tag = reader.tag(end);
        const into = tag === 0x0a ? name : tag === 0x12 ? version : undefined;
        if (into === undefined) {
          reader.skip(tag, end);
          continue;
        }
        into.end = reader.lengthEnd(end);
        into.start = reader.pos;
        reader.pos = into.end;
      }
    }
    return this.labels.scope({
      name: this.#text(name, 'scope name'),
      version: this.#text(version, 'scope version'),
      schemaUrl: this.#text(scopeSchemaUrl, 'scope schema URL'),
      attributes: this.#parentAttributes(scope, 3),
    });
  }

  #parentAttributes(pieces: Pieces, field: number): Attribute[] {
    const attributes: Attribute[] = [];
    for (let i = 0; i < pieces.length; i += 2) {
      readAttributes(
        this.#reader,
        pieces[i],
        pieces[i + 1],
        field,
        this.#parentLimits,
        this.#notes,
        attributes,
      );
    }
    this.#countNotes();
    return attributes;
  }

  #text(span: TextSpan, what: string): string {
    const text = this.#reader.text(span.start, span.end);
    if (text !== undefined) return text;
    const reason = what === 'metric name' || what === 'unit' ? 'invalid_name' : 'invalid_label';
    throw new PointRefusal(reason, () => `a ${what} that is not UTF-8`);
  }

  #countNotes(): void {
    const notes = this.#notes;
    if (notes.stringIndexes > 0) this.#stringIndexes.add(notes.stringIndexes);
    if (notes.emptyKeys > 0) this.#emptyKeys.add(notes.emptyKeys);
    notes.stringIndexes = 0;
    notes.emptyKeys = 0;
  }
}

function typesOf(position: RequestPosition): { type: NamedType; family: MetricType } {
  switch (position.kind) {
    case GAUGE:
      return { type: 'gauge', family: 'gauge' };
    case SUM:
      return position.monotonic
        ? { type: 'monotonic_sum', family: 'counter' }
        : { type: 'other', family: 'gauge' };
    case HISTOGRAM:
    case EXPONENTIAL_HISTOGRAM:
      return { type: 'other', family: 'histogram' };
    case SUMMARY:
      return { type: 'other', family: 'summary' };
    default:
      return { type: 'other', family: 'unknown' };
  }
}
