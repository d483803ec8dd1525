import type { IncomingMessage } from 'node:http';
import { isFault, permanent } from '../../base/index.ts';
import type { Encoding, RejectedCount } from '../../ingest/index.ts';
import type { OtlpAnswers } from '../ports.ts';
import type { TenantDoors } from '../tenant.ts';
import { parseContentCoding } from './inflate.ts';
import { type Accepted, mediaType, type Protocol, takeBatch } from './protocol.ts';

type Takers = Readonly<Record<Encoding, Accepted['take']>>;

const metricTakers: Takers = {
  protobuf: (tenant: TenantDoors, bytes: Uint8Array) => takeBatch(tenant, tenant.otlp.decodeProtobuf(bytes)),
  json: (tenant: TenantDoors, bytes: Uint8Array) => takeBatch(tenant, tenant.otlp.decodeJson(bytes)),
};

const contentTypes: Readonly<Record<Encoding, string>> = {
  protobuf: 'application/x-protobuf',
  json: 'application/json',
};

function otlpEncoding(request: IncomingMessage): Encoding | undefined {
  const type = mediaType(request);
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

export const logTakers: Takers = {
  protobuf: (tenant, bytes) => tenant.events.acceptLogs(bytes, 'protobuf'),
  json: (tenant, bytes) => tenant.events.acceptLogs(bytes, 'json'),
};

/** OTLP/HTTP (opentelemetry-proto, docs/specification.md): the answer is in the encoding of the request. */
export function createOtlpProtocol(
  answers: OtlpAnswers,
  takers: Takers = metricTakers,
  rejectedCount: RejectedCount = 'rejectedDataPoints',
): Protocol {
  return {
    statusOf: answers.httpStatusOf,
    accept(request) {
      const encoding = otlpEncoding(request);
      if (encoding === undefined) {
        return permanent(
          'unsupported',
          'the content type must be application/x-protobuf or application/json',
        );
      }
      const coding = parseContentCoding(request.headers['content-encoding']);
      if (isFault(coding)) return coding;
      return { door: `otlp_http_${encoding}`, coding, encoding, take: takers[encoding] };
    },
    succeed(response, batch, { encoding }) {
      const { rejections } = batch;
      const body = answers.encodeExportResponse(
        rejections.points,
        rejections.message(),
        encoding,
        undefined,
        rejectedCount,
      );
      response.writeHead(200, { 'Content-Type': contentTypes[encoding], 'Content-Length': body.length });
      response.end(body);
      return 200;
    },
    fail(response, fault, status, accepted) {
      const encoding = accepted?.encoding ?? otlpEncoding(response.req) ?? 'json';
      const body = answers.encodeStatus(fault, encoding);
      response.writeHead(status, { 'Content-Type': contentTypes[encoding], 'Content-Length': body.length });
      response.end(body);
    },
  };
}

/** A signal that OTLP has and this service does not take yet. */
export function createUnimplementedProtocol(answers: OtlpAnswers, path: string): Protocol {
  const fault = permanent(
    'not_found',
    `${path} is not implemented by this version; it takes metrics on /v1/metrics and events on /v1/logs`,
  );
  return {
    statusOf: answers.httpStatusOf,
    accept: () => fault,
    succeed: () => 404,
    fail: createOtlpProtocol(answers).fail,
  };
}
