import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { type Fault, type FaultCode, permanent, retryable } from '../base/index.ts';
import { encodeExportResponse, encodeStatus, grpcStatusOf, httpStatusOf } from './responses.ts';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message ExportMetricsServiceResponse { PartialSuccess partial_success = 1; }
  message PartialSuccess { int64 rejected_data_points = 1; string error_message = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Any { string type_url = 1; bytes value = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message BadRequest { repeated FieldViolation field_violations = 1; }
  message FieldViolation { string field = 1; string description = 2; }
`);

function read(type: string, bytes: Uint8Array): Record<string, unknown> {
  const message = root.lookupType(type);
  return message.toObject(message.decode(bytes), { longs: Number }) as Record<string, unknown>;
}

const text = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));

describe('export response', () => {
  test('of full success has no partial_success', () => {
    expect(encodeExportResponse(0, '', 'protobuf')).toHaveLength(0);
    expect(text(encodeExportResponse(0, '', 'json'))).toEqual({});
  });

  test('of partial success has the exact count and the reason', () => {
    expect(read('ExportMetricsServiceResponse', encodeExportResponse(70_000, 'too old', 'protobuf'))).toEqual(
      {
        partialSuccess: { rejectedDataPoints: 70_000, errorMessage: 'too old' },
      },
    );
    expect(text(encodeExportResponse(70_000, 'too old', 'json'))).toEqual({
      partialSuccess: { rejectedDataPoints: '70000', errorMessage: 'too old' },
    });
  });

  test('with a warning has a message and no count', () => {
    expect(read('ExportMetricsServiceResponse', encodeExportResponse(0, 'beware', 'protobuf'))).toEqual({
      partialSuccess: { errorMessage: 'beware' },
    });
  });

  test.each(['protobuf', 'json'] as const)(
    'in %s is shortened to the size limit and keeps its count',
    (encoding) => {
      const body = encodeExportResponse(3, '💥"\\'.repeat(500), encoding, 300);
      expect(body.length).toBeLessThanOrEqual(300);
      expect(body.length).toBeGreaterThan(50);
      const answer = encoding === 'json' ? text(body) : read('ExportMetricsServiceResponse', body);
      const { partialSuccess } = answer as { partialSuccess: Record<string, unknown> };
      expect(Number(partialSuccess['rejectedDataPoints'])).toBe(3);
      expect(partialSuccess['errorMessage']).not.toMatch(/\uFFFD/);
    },
  );
});

describe('status', () => {
  test('of a bad request carries BadRequest', () => {
    const fault = permanent('invalid', 'malformed');
    const status = read('Status', encodeStatus(fault, 'protobuf'));
    expect(status).toMatchObject({ code: 3, message: 'malformed' });
    const [detail] = status['details'] as Array<{ typeUrl: string; value: Uint8Array }>;
    expect(detail.typeUrl).toBe('type.googleapis.com/google.rpc.BadRequest');
    expect(read('BadRequest', detail.value)).toEqual({ fieldViolations: [{ description: 'malformed' }] });
    expect(text(encodeStatus(fault, 'json'))).toEqual({
      code: 3,
      message: 'malformed',
      details: [{ '@type': detail.typeUrl, fieldViolations: [{ description: 'malformed' }] }],
    });
  });

  test('of back-pressure carries RetryInfo', () => {
    const fault = retryable('overloaded', 'busy', 2500);
    const status = read('Status', encodeStatus(fault, 'protobuf'));
    expect(status).toMatchObject({ code: 14, message: 'busy' });
    const [detail] = status['details'] as Array<{ typeUrl: string; value: Uint8Array }>;
    expect(detail.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo');
    expect(read('RetryInfo', detail.value)).toEqual({ retryDelay: { seconds: 2, nanos: 500_000_000 } });
    expect(text(encodeStatus(fault, 'json'))).toEqual({
      code: 14,
      message: 'busy',
      details: [{ '@type': detail.typeUrl, retryDelay: '2.5s' }],
    });
  });

  test('of too large a request carries no RetryInfo', () => {
    const status = read('Status', encodeStatus(permanent('too_large', 'too large'), 'protobuf'));
    expect(status).toEqual({ code: 8, message: 'too large' });
  });
});

const codes: readonly FaultCode[] = [
  'invalid',
  'too_large',
  'unsupported',
  'unauthenticated',
  'forbidden',
  'not_found',
  'overloaded',
  'unavailable',
  'timeout',
  'canceled',
  'limit',
  'execution',
  'internal',
];

test.each(codes)('%s is retried by HTTP clients exactly when it is retryable', (code) => {
  const once: Fault = permanent(code, '');
  const again: Fault = retryable(code, '', 1000);
  expect([429, 502, 503, 504]).not.toContain(httpStatusOf(once));
  expect([429, 502, 503, 504]).toContain(httpStatusOf(again));
  // CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS.
  expect([1, 4, 10, 11, 14, 15]).toContain(grpcStatusOf(again).code);
});

test('permanent faults have the status of the checklist', () => {
  const both = (code: FaultCode) => [
    httpStatusOf(permanent(code, '')),
    grpcStatusOf(permanent(code, '')).name,
  ];
  expect(both('invalid')).toEqual([400, 'INVALID_ARGUMENT']);
  expect(both('too_large')).toEqual([413, 'RESOURCE_EXHAUSTED']);
  expect(both('unsupported')).toEqual([415, 'UNIMPLEMENTED']);
  expect(both('unauthenticated')).toEqual([401, 'UNAUTHENTICATED']);
  expect(both('forbidden')).toEqual([403, 'PERMISSION_DENIED']);
  expect(both('not_found')).toEqual([404, 'NOT_FOUND']);
  expect(both('limit')).toEqual([422, 'RESOURCE_EXHAUSTED']);
  expect(both('execution')).toEqual([422, 'INVALID_ARGUMENT']);
  expect(both('internal')).toEqual([500, 'INTERNAL']);
});
