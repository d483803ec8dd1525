import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Fault, isFault } from '../../base/index.ts';
import type { Encoding } from '../../ingest/index.ts';
import type { Batch, Rejections } from '../../model/index.ts';
import type { DoorName } from '../meter.ts';
import type { TenantDoors } from '../tenant.ts';
import type { ContentCoding } from './inflate.ts';

/** What became of a request that was read: `Batch` and `EventBatch` say so alike. */
export interface Ingested {
  readonly pointCount: number;
  readonly rejections: Rejections;
}

/** How one ingest protocol reads bodies and words its answers; everything else is common to them. */
export interface Protocol {
  /** HTTP status of a fault. */
  statusOf(fault: Fault): number;
  /** Checks Content-Type and Content-Encoding: how the body is to be read, or a fault. */
  accept(request: IncomingMessage): Accepted | Fault;
  succeed(response: ServerResponse, batch: Ingested, accepted: Accepted): number;
  fail(response: ServerResponse, fault: Fault, status: number, accepted: Accepted | undefined): void;
}

export interface Accepted {
  readonly door: DoorName;
  readonly coding: ContentCoding;
  readonly encoding: Encoding;
  /**
   * Reads the bytes and hands what they hold to the tenant; settles when that is durable. Reading and consuming
   * happen in one turn: ids resolved by the one are valid for the other.
   */
  take(tenant: TenantDoors, bytes: Uint8Array): Promise<Ingested | Fault>;
}

/** The Content-Type without its parameters. */
export function mediaType(request: IncomingMessage): string {
  const header = request.headers['content-type'] ?? '';
  const end = header.indexOf(';');
  return (end < 0 ? header : header.slice(0, end)).trim().toLowerCase();
}

/** The usual way of samples: decode, consume. */
export async function takeBatch(tenant: TenantDoors, batch: Batch | Fault): Promise<Ingested | Fault> {
  if (isFault(batch)) return batch;
  return (await tenant.consume(batch)) ?? batch;
}
