import { type Fault, type FaultCode, unreachable } from '../base/index.ts';
import { ProtobufWriter } from './protobuf-writer.ts';

/** The two encodings of OTLP; an answer is in the encoding of its request. */
export type Encoding = 'protobuf' | 'json';

/** The JSON name of the same field of different signals. */
export type RejectedCount = 'rejectedDataPoints' | 'rejectedLogRecords';

/** OTLP specification, "OTLP/HTTP Response": clients stop reading beyond this. */
const RESPONSE_BYTES_MAX = 4 * 1024 * 1024;

/** google.rpc.Code, those that are used here. */
export interface GrpcStatus {
  readonly code: number;
  readonly name: string;
}

const statuses = {
  cancelled: { code: 1, name: 'CANCELLED' },
  invalidArgument: { code: 3, name: 'INVALID_ARGUMENT' },
  deadlineExceeded: { code: 4, name: 'DEADLINE_EXCEEDED' },
  notFound: { code: 5, name: 'NOT_FOUND' },
  permissionDenied: { code: 7, name: 'PERMISSION_DENIED' },
  resourceExhausted: { code: 8, name: 'RESOURCE_EXHAUSTED' },
  unimplemented: { code: 12, name: 'UNIMPLEMENTED' },
  internal: { code: 13, name: 'INTERNAL' },
  unavailable: { code: 14, name: 'UNAVAILABLE' },
  unauthenticated: { code: 16, name: 'UNAUTHENTICATED' },
} as const;

/** gRPC codes that a client retries by itself; RESOURCE_EXHAUSTED only with RetryInfo, so it is not one. */
const RETRYABLE_CODES: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);

/** The gRPC status of a fault. Back-pressure is UNAVAILABLE (OTLP specification, "OTLP/gRPC Throttling"). */
export function grpcStatusOf(fault: Fault): GrpcStatus {
  const status = statusOf(fault.code);
  return fault.retryable && !RETRYABLE_CODES.has(status.code) ? statuses.unavailable : status;
}

function statusOf(code: FaultCode): GrpcStatus {
  switch (code) {
    case 'invalid':
    case 'execution':
      return statuses.invalidArgument;
    case 'too_large':
    case 'limit':
      return statuses.resourceExhausted;
    case 'unsupported':
      return statuses.unimplemented;
    case 'unauthenticated':
      return statuses.unauthenticated;
    case 'forbidden':
      return statuses.permissionDenied;
    case 'not_found':
      return statuses.notFound;
    case 'overloaded':
    case 'unavailable':
      return statuses.unavailable;
    case 'timeout':
      return statuses.deadlineExceeded;
    case 'canceled':
      return statuses.cancelled;
    case 'internal':
      return statuses.internal;
    default:
      return unreachable(code);
  }
}

/**
 * The HTTP status of a fault: 429, 503 and 504 exactly when it may be retried, because those (and 502) are what
 * OTLP clients retry.
 */
export function httpStatusOf(fault: Fault): number {
  if (fault.retryable) return fault.code === 'overloaded' ? 429 : fault.code === 'timeout' ? 504 : 503;
  switch (fault.code) {
    case 'invalid':
      return 400;
    case 'too_large':
      return 413;
    case 'unsupported':
      return 415;
    case 'unauthenticated':
      return 401;
    case 'forbidden':
      return 403;
    case 'not_found':
      return 404;
    case 'limit':
    case 'execution':
      return 422;
    case 'timeout':
      return 408;
    case 'canceled':
      return 499;
    case 'overloaded':
    case 'unavailable':
    case 'internal':
      return 500;
    default:
      return unreachable(fault.code);
  }
}

/**
 * ExportMetricsServiceResponse. `partial_success` is unset when nothing was rejected and there is nothing to
 * warn of. The message is shortened where the answer would be longer than `sizeMaxBytes`.
 */
export function encodeExportResponse(
  rejectedPoints: number,
  message: string,
  encoding: Encoding,
  sizeMaxBytes = RESPONSE_BYTES_MAX,
  jsonCount: RejectedCount = 'rejectedDataPoints',
): Uint8Array {
  const encode =
    encoding === 'json'
      ? (count: number, text: string) => exportResponseJson(count, text, jsonCount)
      : exportResponseProtobuf;
  let text = message;
  for (;;) {
    const body = encode(rejectedPoints, text);
    if (body.length <= sizeMaxBytes || text === '') return body;
    text = shortened(text, sizeMaxBytes / body.length);
  }
}

/** Cuts `text` to about `share` of its length, never inside a surrogate pair. */
function shortened(text: string, share: number): string {
  const length = Math.floor(text.length * Math.min(0.9, share)) - 4;
  if (length <= 0) return '';
  return `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}...`;
}

function exportResponseProtobuf(rejectedPoints: number, message: string): Uint8Array {
  const out = new ProtobufWriter(64 + message.length);
  if (rejectedPoints > 0 || message !== '') {
    const before = out.length;
    if (message !== '') out.string(2, message);
    if (rejectedPoints > 0) out.uint(1, rejectedPoints);
    out.message(1, before);
  }
  return out.finish();
}

function exportResponseJson(rejectedPoints: number, message: string, count: RejectedCount): Uint8Array {
  const partialSuccess: Record<string, string> = {};
  // 64-bit integers are strings in protobuf's JSON mapping.
  if (rejectedPoints > 0) partialSuccess[count] = String(rejectedPoints);
  if (message !== '') partialSuccess['errorMessage'] = message;
  const empty = Object.keys(partialSuccess).length === 0;
  return new TextEncoder().encode(JSON.stringify(empty ? {} : { partialSuccess }));
}

const TYPE_PREFIX = 'type.googleapis.com/google.rpc.';

/**
 * google.rpc.Status of a fault, the body of every failed OTLP request: with RetryInfo when it says when to
 * retry, with BadRequest when the request itself is at fault.
 */
export function encodeStatus(fault: Fault, encoding: Encoding): Uint8Array {
  const message = fault.message.slice(0, 64 * 1024);
  const { code } = grpcStatusOf(fault);
  return encoding === 'json' ? statusJson(fault, code, message) : statusProtobuf(fault, code, message);
}

function statusProtobuf(fault: Fault, code: number, message: string): Uint8Array {
  const out = new ProtobufWriter(256 + 2 * message.length);
  const detail = detailOf(fault);
  if (detail !== undefined) {
    const before = out.length;
    const valueBefore = out.length;
    if (detail === 'RetryInfo') writeRetryInfo(out, fault.retryAfterMs ?? 0);
    else writeBadRequest(out, message);
    out.message(2, valueBefore);
    out.string(1, TYPE_PREFIX + detail);
    out.message(3, before);
  }
  if (message !== '') out.string(2, message);
  out.uint(1, code);
  return out.finish();
}

/** RetryInfo { retry_delay: Duration { seconds, nanos } }. */
function writeRetryInfo(out: ProtobufWriter, retryAfterMs: number): void {
  const before = out.length;
  const nanos = Math.floor(retryAfterMs % 1000) * 1_000_000;
  if (nanos > 0) out.uint(2, nanos);
  const seconds = Math.floor(retryAfterMs / 1000);
  if (seconds > 0) out.uint(1, seconds);
  out.message(1, before);
}

/** BadRequest { field_violations: [{ description }] }. */
function writeBadRequest(out: ProtobufWriter, description: string): void {
  const before = out.length;
  out.string(2, description);
  out.message(1, before);
}

function statusJson(fault: Fault, code: number, message: string): Uint8Array {
  const detail = detailOf(fault);
  const details: unknown[] = [];
  if (detail === 'RetryInfo') {
    const seconds = Math.floor(fault.retryAfterMs ?? 0) / 1000;
    details.push({ '@type': TYPE_PREFIX + detail, retryDelay: `${seconds}s` });
  } else if (detail === 'BadRequest') {
    details.push({ '@type': TYPE_PREFIX + detail, fieldViolations: [{ description: message }] });
  }
  return new TextEncoder().encode(JSON.stringify({ code, message, details }));
}

function detailOf(fault: Fault): 'RetryInfo' | 'BadRequest' | undefined {
  if (fault.retryable && fault.retryAfterMs !== undefined) return 'RetryInfo';
  return fault.code === 'invalid' ? 'BadRequest' : undefined;
}
