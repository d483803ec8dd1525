import type { ServerResponse } from 'node:http';
import { permanent } from '../../base/index.ts';
import type { OtlpAnswers } from '../ports.ts';
import { mediaType, type Protocol, takeBatch } from './protocol.ts';

/** Prometheus Remote-Write 1.0: 204, or a text that says why not; 5xx and 429 are retried by senders. */
export function createRemoteWriteProtocol(answers: OtlpAnswers): Protocol {
  return {
    // Senders retry 5xx always, but 429 only when they are told to.
    statusOf: (fault) => (fault.retryable ? 503 : answers.httpStatusOf(fault)),
    accept(request) {
      const type = mediaType(request);
      if (type !== 'application/x-protobuf') {
        return permanent('unsupported', 'the content type must be application/x-protobuf');
      }
      const proto = /;\s*proto="?([^;"\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
      if (proto !== undefined && proto !== 'prometheus.WriteRequest') {
        return permanent(
          'unsupported',
          `remote write message ${proto.slice(0, 64)} is not supported; send prometheus.WriteRequest (remote write 1.0)`,
        );
      }
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && encoding.toLowerCase() !== 'snappy') {
        return permanent('unsupported', 'the content encoding must be snappy');
      }
      return {
        door: 'remote_write',
        coding: 'identity',
        encoding: 'protobuf',
        take: (tenant, bytes) => takeBatch(tenant, tenant.remoteWrite.decode(bytes)),
      };
    },
    succeed(response, batch) {
      const { rejections } = batch;
      if (rejections.points > 0) {
        // The good samples are stored; the protocol has no other way to tell of the bad ones.
        writeText(response, 400, rejections.message());
        return 400;
      }
      response.writeHead(204).end();
      return 204;
    },
    fail(response, fault, status) {
      writeText(response, status, fault.message);
    },
  };
}

function writeText(response: ServerResponse, status: number, message: string): void {
  const body = Buffer.from(`${message}\n`);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.length });
  response.end(body);
}
