import type { IdentityHash } from './identity-hash.ts';
import type { WireReader } from './wire.ts';

/** Field numbers of Metric.data (metrics.proto). */
export const GAUGE = 5;
export const SUM = 7;
export const HISTOGRAM = 9;
export const EXPONENTIAL_HISTOGRAM = 10;
export const SUMMARY = 11;
export type DataKind =
  | 0
  | typeof GAUGE
  | typeof SUM
  | typeof HISTOGRAM
  | typeof EXPONENTIAL_HISTOGRAM
  | typeof SUMMARY;

/** AggregationTemporality (metrics.proto). */
export const DELTA = 1;
export const CUMULATIVE = 2;

/**
 * A message field that may have come in pieces, which protobuf says to merge. Start and end of each piece
 * in turn; nearly always one.
 */
export type Pieces = number[];

/** A string field: the last occurrence counts. */
export interface TextSpan {
  start: number;
  end: number;
}

/**
 * Where the walk through a request stands: which bytes are the resource, the scope and the metric that the
 * current points belong to. Parents are scanned before their children, because their fields may follow them.
 */
export class RequestPosition {
  readonly resource: Pieces = [];
  readonly resourceSchemaUrl: TextSpan = { start: 0, end: 0 };
  readonly scope: Pieces = [];
  readonly scopeSchemaUrl: TextSpan = { start: 0, end: 0 };
  readonly name: TextSpan = { start: 0, end: 0 };
  readonly description: TextSpan = { start: 0, end: 0 };
  readonly unit: TextSpan = { start: 0, end: 0 };
  readonly data: Pieces = [];
  kind: DataKind = 0;
  temporality = 0;
  monotonic = false;
  /** Hash states after the resource, the scope and the metric. */
  resourceLo = 0;
  resourceHi = 0;
  scopeLo = 0;
  scopeHi = 0;
  metricLo = 0;
  metricHi = 0;

  /** Scans ResourceMetrics or ScopeMetrics: field 1 is the parent's identity, field 3 its schema URL. */
  enterResource(reader: WireReader, start: number, end: number, hash: IdentityHash): void {
    scanParent(reader, start, end, this.resource, this.resourceSchemaUrl);
    hash.start();
    foldPieces(hash, reader, this.resource);
    foldText(hash, reader, this.resourceSchemaUrl);
    this.resourceLo = hash.lo;
    this.resourceHi = hash.hi;
  }

  enterScope(reader: WireReader, start: number, end: number, hash: IdentityHash): void {
    scanParent(reader, start, end, this.scope, this.scopeSchemaUrl);
    hash.resume(this.resourceLo, this.resourceHi);
    foldPieces(hash, reader, this.scope);
    foldText(hash, reader, this.scopeSchemaUrl);
    this.scopeLo = hash.lo;
    this.scopeHi = hash.hi;
  }

  enterMetric(reader: WireReader, start: number, end: number, hash: IdentityHash): void {
    this.#scanMetric(reader, start, end);
    this.temporality = 0;
    this.monotonic = false;
    if (this.kind === SUM || this.kind === HISTOGRAM || this.kind === EXPONENTIAL_HISTOGRAM) {
      for (let i = 0; i < this.data.length; i += 2) this.#scanData(reader, this.data[i], this.data[i + 1]);
    }
    hash.resume(this.scopeLo, this.scopeHi);
    foldText(hash, reader, this.name);
    foldText(hash, reader, this.unit);
    hash.words(this.kind | (this.temporality << 8), this.monotonic ? 1 : 0);
    this.metricLo = hash.lo;
    this.metricHi = hash.hi;
  }

  #scanMetric(reader: WireReader, start: number, end: number): void {
    clear(this.name);
    clear(this.description);
    clear(this.unit);
    this.data.length = 0;
    this.kind = 0;
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      switch (tag) {
        case 0x0a:
          take(reader, end, this.name);
          break;
        case 0x12:
          take(reader, end, this.description);
          break;
        case 0x1a:
          take(reader, end, this.unit);
          break;
        case 0x2a:
        case 0x3a:
        case 0x4a:
        case 0x52:
        case 0x5a:
          this.#takeData(reader, end, (tag >>> 3) as DataKind);
          break;
        default:
          reader.skip(tag, end);
      }
    }
  }

  /** Members of a oneof: another kind replaces what came before, the same kind is merged with it. */
  #takeData(reader: WireReader, end: number, kind: DataKind): void {
    if (kind !== this.kind) this.data.length = 0;
    this.kind = kind;
    const next = reader.lengthEnd(end);
    this.data.push(reader.pos, next);
    reader.pos = next;
  }

  #scanData(reader: WireReader, start: number, end: number): void {
    reader.pos = start;
    while (reader.pos < end) {
      const tag = reader.tag(end);
      if (tag === 0x0a) {
        reader.pos = reader.lengthEnd(end);
      } else if (tag === 0x10) {
        reader.varint64(end);
        this.temporality = reader.lo;
      } else if (tag === 0x18) {
        reader.varint64(end);
        this.monotonic = this.kind === SUM && (reader.lo | reader.hi) !== 0;
      } else {
        reader.skip(tag, end);
      }
    }
  }
}

function scanParent(
  reader: WireReader,
  start: number,
  end: number,
  identity: Pieces,
  schemaUrl: TextSpan,
): void {
  identity.length = 0;
  clear(schemaUrl);
  reader.pos = start;
  while (reader.pos < end) {
    const tag = reader.tag(end);
    if (tag === 0x0a) {
      const next = reader.lengthEnd(end);
      identity.push(reader.pos, next);
      reader.pos = next;
    } else if (tag === 0x1a) {
      take(reader, end, schemaUrl);
    } else {
      reader.skip(tag, end);
    }
  }
}

function clear(span: TextSpan): void {
  span.start = 0;
  span.end = 0;
}

function take(reader: WireReader, end: number, span: TextSpan): void {
  span.end = reader.lengthEnd(end);
  span.start = reader.pos;
  reader.pos = span.end;
}

function foldText(hash: IdentityHash, reader: WireReader, span: TextSpan): void {
  hash.bytes(reader.view, span.start, span.end);
}

function foldPieces(hash: IdentityHash, reader: WireReader, pieces: Pieces): void {
  for (let i = 0; i < pieces.length; i += 2) hash.bytes(reader.view, pieces[i], pieces[i + 1]);
  hash.words(pieces.length, 2);
}
