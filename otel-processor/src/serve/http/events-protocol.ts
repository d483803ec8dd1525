import type { ServerResponse } from 'node:http';
import { isFault, permanent } from '../../base/index.ts';
import type { OtlpAnswers } from '../ports.ts';
import { parseContentCoding } from './inflate.ts';
import { mediaType, type Protocol } from './protocol.ts';

/** What browsers send without asking first (`text/plain`), and what beacons and log shippers send. */
const mediaTypes = new Set([
  'application/json',
  'application/x-ndjson',
  'application/jsonl',
  'text/plain',
  '',
]);

/** `POST /statbar/v1/events`: 200 with the counts of what was taken and refused; 400 when nothing could be read. */
export function createEventsProtocol(answers: OtlpAnswers): Protocol {
  return {
    statusOf: answers.httpStatusOf,
    accept(request) {
      if (!mediaTypes.has(mediaType(request))) {
        return permanent('unsupported', 'the content type must be application/json or application/x-ndjson');
      }
      const coding = parseContentCoding(request.headers['content-encoding']);
      if (isFault(coding)) return coding;
      return {
        door: 'events',
        coding,
        encoding: 'json',
        take: (tenant, bytes) => tenant.events.acceptJson(bytes),
      };
    },
    succeed(response, { pointCount, rejections }) {
      const refused = [...rejections.counts].map(([reason, count]) => ({
        reason,
        count,
        example: rejections.examples.get(reason),
      }));
      sendJson(response, 200, { accepted: pointCount - rejections.points, refused });
      return 200;
    },
    fail(response, { code, message }, status) {
      sendJson(response, status, { status: 'error', errorType: code, error: message });
    },
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length });
  response.end(bytes);
}
