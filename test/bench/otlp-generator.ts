import { createPrng, type Prng } from '../../otel-processor/src/base/index.ts';
import { ProtobufWriter } from '../../otel-processor/src/ingest/index.ts';

export interface OtlpOptions {
  /** Distinct series over all requests. */
  readonly seriesCount: number;
  readonly pointsPerRequest: number;
  readonly seed: number;
  /** Event time of every point; by default a time in 2024. */
  readonly timeMs?: number;
}

interface MetricShape {
  readonly name: string;
  readonly unit: string;
  readonly kind: 'gauge' | 'counter';
  readonly integer: boolean;
}

/** Twenty metrics of a web service: half gauges, half counters, some of whole numbers. */
const metricShapes: readonly MetricShape[] = [
  ['http.server.request.duration', 's', 'gauge', false],
  ['http.server.requests', '{request}', 'counter', true],
  ['http.server.request.body.size', 'By', 'counter', true],
  ['http.server.active_requests', '{request}', 'gauge', true],
  ['process.cpu.time', 's', 'counter', false],
  ['process.cpu.utilization', '1', 'gauge', false],
  ['process.memory.usage', 'By', 'gauge', true],
  ['process.disk.io', 'By', 'counter', true],
  ['process.network.io', 'By', 'counter', true],
  ['process.open_file_descriptor.count', '{count}', 'gauge', true],
  ['db.client.operation.duration', 'ms', 'gauge', false],
  ['db.client.operations', '{operation}', 'counter', true],
  ['messaging.client.sent.messages', '{message}', 'counter', true],
  ['messaging.client.consumed.messages', '{message}', 'counter', true],
  ['queue.depth', '{message}', 'gauge', true],
  ['jvm.gc.duration', 's', 'counter', false],
  ['cache.hits', '1', 'counter', true],
  ['cache.hit_ratio', '1', 'gauge', false],
  ['rpc.server.duration', 'ms', 'gauge', false],
  ['room.temperature', 'Cel', 'gauge', false],
].map(([name, unit, kind, integer]) => ({ name, unit, kind, integer }) as MetricShape);

const services = ['checkout', 'search', 'chat-gateway', 'billing', 'profile', 'feed', 'media-encoder'];
const environments = ['production', 'staging', 'canary'];
const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'];
const statusCodes = [200, 201, 204, 301, 400, 401, 404, 409, 429, 500, 502, 503];

/**
 * ExportMetricsServiceRequests as real exporters make them: one resource with six attributes per request, twenty
 * metrics, points with four attributes of which some are random ids, values that move. High entropy on purpose,
 * so that neither caches nor compression flatter the receiver. The same options give the same bytes.
 */
export function generateOtlp(options: OtlpOptions): Uint8Array[] {
  const { seriesCount, pointsPerRequest } = options;
  const prng = createPrng(options.seed);
  const out = new ProtobufWriter(pointsPerRequest * 256 + 1024);
  const requests: Uint8Array[] = [];
  for (let made = 0; made < seriesCount; made += pointsPerRequest) {
    const pointCount = Math.min(pointsPerRequest, seriesCount - made);
    requests.push(writeRequest(out, prng, pointCount, options.timeMs ?? 1_720_000_000_000));
  }
  return requests;
}

function writeRequest(out: ProtobufWriter, prng: Prng, pointCount: number, timeMs: number): Uint8Array {
  const timeNs = BigInt(timeMs) * 1_000_000n + BigInt(prng.integer(0, 1_000_000));
  const startNs = timeNs - BigInt(prng.integer(60, 86_400)) * 1_000_000_000n;
  const resourceMetrics = out.length;
  const scopeMetrics = out.length;
  let left = pointCount;
  for (let i = 0; i < metricShapes.length && left > 0; i++) {
    const share = Math.ceil(left / (metricShapes.length - i));
    writeMetric(out, prng, metricShapes[i], share, startNs, timeNs);
    left -= share;
  }
  const scope = out.length;
  out.string(2, '1.27.0');
  out.string(1, 'io.opentelemetry.runtime');
  out.message(1, scope);
  out.message(2, scopeMetrics);
  writeResource(out, prng);
  out.message(1, resourceMetrics);
  return out.finish();
}

function writeResource(out: ProtobufWriter, prng: Prng): void {
  const before = out.length;
  const service = pick(prng, services);
  writeAttribute(out, 1, 'k8s.pod.name', `${service}-${hexId(prng, 10)}-${hexId(prng, 5)}`);
  writeAttribute(out, 1, 'host.name', `ip-10-${prng.integer(0, 256)}-${prng.integer(0, 256)}.internal`);
  writeAttribute(out, 1, 'deployment.environment.name', pick(prng, environments));
  writeAttribute(out, 1, 'service.instance.id', uuid(prng));
  writeAttribute(out, 1, 'service.namespace', 'shop');
  writeAttribute(out, 1, 'service.name', service);
  out.message(1, before);
}

function writeMetric(
  out: ProtobufWriter,
  prng: Prng,
  shape: MetricShape,
  pointCount: number,
  startNs: bigint,
  timeNs: bigint,
): void {
  const metric = out.length;
  const data = out.length;
  if (shape.kind === 'counter') {
    out.uint(3, 1);
    out.uint(2, 2);
  }
  for (let i = 0; i < pointCount; i++) writePoint(out, prng, shape, startNs, timeNs);
  out.message(shape.kind === 'counter' ? 7 : 5, data);
  out.string(3, shape.unit);
  out.string(2, `Generated measurements of ${shape.name}`);
  out.string(1, shape.name);
  out.message(2, metric);
}

function writePoint(
  out: ProtobufWriter,
  prng: Prng,
  shape: MetricShape,
  startNs: bigint,
  timeNs: bigint,
): void {
  const point = out.length;
  const status = out.length;
  const statusValue = out.length;
  out.varint64(3, pick(prng, statusCodes), 0);
  out.message(2, statusValue);
  out.string(1, 'http.response.status_code');
  out.message(7, status);
  writeAttribute(out, 7, 'client.id', hexId(prng, 12));
  writeAttribute(out, 7, 'http.route', `/api/v${prng.integer(1, 4)}/${hexId(prng, 4)}/:id`);
  writeAttribute(out, 7, 'http.request.method', pick(prng, methods));
  if (shape.integer) {
    const value = prng.integer(0, 2 ** 40);
    out.fixed64(6, value | 0, Math.floor(value / 2 ** 32));
  } else {
    out.double(4, Math.abs(prng.normal()) * 100);
  }
  writeTime(out, 3, timeNs);
  writeTime(out, 2, startNs);
  out.message(1, point);
}

function writeTime(out: ProtobufWriter, field: number, timeNs: bigint): void {
  out.fixed64(field, Number(BigInt.asIntN(32, timeNs)), Number(BigInt.asIntN(32, timeNs >> 32n)));
}

function writeAttribute(out: ProtobufWriter, field: number, key: string, text: string): void {
  const attribute = out.length;
  const value = out.length;
  out.string(1, text);
  out.message(2, value);
  out.string(1, key);
  out.message(field, attribute);
}

function pick<T>(prng: Prng, from: readonly T[]): T {
  return from[prng.integer(0, from.length)];
}

function hexId(prng: Prng, length: number): string {
  let text = '';
  while (text.length < length) text += prng.uint32().toString(16).padStart(8, '0');
  return text.slice(0, length);
}

function uuid(prng: Prng): string {
  const hex = hexId(prng, 32);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}
