import { AlertDoors, AlertEngine, alertConfigSchema } from '../alert/index.ts';
import { type Fault, silentLogger, systemClock, Telemetry } from '../base/index.ts';
import { encodeExportResponse, encodeStatus, grpcStatusOf, httpStatusOf } from '../ingest/index.ts';
import { Batch, EventBatch, LabelSet } from '../model/index.ts';
import { formatExpression, parseExpressionJson, parseSelector, type QueryResult } from '../query/index.ts';
import type { Querier } from '../store/types.ts';
import { type ServeConfig, serveConfigSchema } from './config.ts';
import { createService, type Service, type ServiceAddresses } from './service.ts';
import type { Admission, TenantDoors } from './tenant.ts';

/** The real ones: app.ts hands in the same. */
export const answers = { encodeExportResponse, encodeStatus, grpcStatusOf, httpStatusOf };
export const language = { formatExpression, parseExpressionJson, parseSelector };

/** A tenant that remembers what it was asked, for tests of the doors alone. */
export interface FakeTenant extends TenantDoors {
  readonly received: Uint8Array[];
  readonly expressions: string[];
  /** What the next calls answer. */
  answers: {
    decoded: () => Batch | Fault;
    events: () => EventBatch | Fault;
    consumed: () => Promise<Fault | undefined>;
    queried: (expression: string, timeMs: number) => Promise<QueryResult | Fault>;
    status: () => ReturnType<TenantDoors['status']>;
  };
}

export function batchOf(points: number, rejected = 0): Batch {
  const batch = new Batch();
  batch.pointCount = points;
  for (let point = 0; point < rejected; point++)
    batch.rejections.reject(point, 'too_old', () => 'an old one');
  return batch;
}

export function vectorResult(value: number, timestampMs: number, seriesCount = 1): QueryResult {
  const samples = Array.from({ length: seriesCount }, (_, i) => ({
    labels: LabelSet.from({ __name__: 'x', i: String(i) }),
    timestampMs,
    value,
    histogram: undefined,
  }));
  return {
    value: { type: 'vector', samples },
    warnings: [],
    infos: [],
    statistics: { evaluationMs: 1, samplesTotal: 1, samplesPeak: 1, seriesTotal: 1 },
  };
}

const noQuerier: Querier = {
  select: async () => [],
  series: async () => [],
  labelNames: async () => ['__name__', 'job'],
  labelValues: async () => [],
  exemplars: async () => [],
  metadata: () => new Map(),
  statistics: () => ({
    seriesCount: 0,
    chunkCount: 0,
    minTimeMs: Number.POSITIVE_INFINITY,
    maxTimeMs: Number.NEGATIVE_INFINITY,
    labelPairCount: 0,
    seriesCountByMetricName: [],
    labelValueCountByLabelName: [],
    seriesCountByLabelPair: [],
  }),
};

const noInsight: TenantDoors['insight'] = {
  explain: async ({ atMs }) => ({
    kind: 'sum',
    expected: 1,
    actual: 1,
    labelsMax: 1,
    by: [],
    fromMs: atMs,
    toMs: atMs,
    stepMs: 1,
    seriesCount: 0,
    note: undefined,
    explanations: [],
    related: [],
  }),
  forecast: async () => ({ stepMs: 60_000, series: [] }),
};

const noAnomalies: NonNullable<TenantDoors['anomalies']> = {
  list: () => [],
  listen: () => () => {},
  signals: () => [],
  status: () => ({
    families: 0,
    awaitedFamilies: 0,
    signals: 0,
    unwatchedSignals: 0,
    historyDone: 1,
    lookedAtMs: 0,
    cpuShare: 0,
    slowedSignals: 0,
    sizeBytes: 0,
  }),
};

export function createFakeTenant(name = 'default', querier: Partial<Querier> = {}): FakeTenant {
  const received: Uint8Array[] = [];
  const expressions: string[] = [];
  const decode = (bytes: Uint8Array): Batch | Fault => {
    received.push(new Uint8Array(bytes)); // not slice(): a Buffer's is a view of memory that is used again
    return tenant.answers.decoded();
  };
  const tenant: FakeTenant = {
    name,
    received,
    expressions,
    answers: {
      decoded: () => batchOf(1),
      events: () => new EventBatch(),
      consumed: async () => undefined,
      queried: async (_expression, timeMs) => vectorResult(1, timeMs),
      status: () => ({ writable: true, reason: undefined, seriesCount: 0, sizesBytes: {} }),
    },
    otlp: { decodeProtobuf: decode, decodeJson: decode },
    remoteWrite: { decode },
    consume: () => tenant.answers.consumed(),
    events: {
      acceptJson: async (bytes) => {
        received.push(new Uint8Array(bytes));
        return tenant.answers.events();
      },
      acceptLogs: async (bytes) => {
        received.push(new Uint8Array(bytes));
        return tenant.answers.events();
      },
      deadLetters: async () => [],
      views: () => [],
      hasView: () => false,
      lateEvents: () => [],
      listen: () => () => {},
    },
    engine: {
      instant: (expression, query) => {
        expressions.push(expression);
        return tenant.answers.queried(expression, query.timeMs);
      },
      range: (expression, query) => {
        expressions.push(expression);
        return tenant.answers.queried(expression, query.toMs);
      },
    },
    querier: { ...noQuerier, ...querier },
    insight: noInsight,
    anomalies: noAnomalies,
    deleteSeries: async () => 0,
    cleanTombstones: async () => undefined,
    alerts: createTestAlerts(),
    rules: () => [],
    status: () => tenant.answers.status(),
  };
  return tenant;
}

/** The real thing, without rules and with a journal that forgets. */
function createTestAlerts(): AlertDoors {
  const config = alertConfigSchema.parse({});
  const engine = new AlertEngine(config, {
    clock: systemClock,
    logger: silentLogger,
    telemetry: new Telemetry(),
    journal: {
      append: () => {},
      durable: async () => undefined,
      checkpoint: async () => undefined,
    },
    content: { checkpoint: undefined, records: [] },
    externalUrl: '',
  });
  return new AlertDoors(engine, async () => undefined);
}

export interface RunningService {
  readonly service: Service;
  readonly addresses: ServiceAddresses;
  readonly telemetry: Telemetry;
  /** `http://HOST:PORT` or `https://...`. */
  readonly url: string;
}

export type ServeOverrides = Partial<Record<keyof ServeConfig, unknown>>;

/** A service on free ports with the given part of the configuration and fake tenants. */
export async function startService(
  overrides: ServeOverrides = {},
  tenants: readonly TenantDoors[] = [createFakeTenant()],
  admit: (sizeBytes: number) => Admission | Fault = () => ({ release: () => {} }),
): Promise<RunningService> {
  const config = serveConfigSchema.parse({ listen: '127.0.0.1:0', grpc_listen: '127.0.0.1:0', ...overrides });
  const telemetry = new Telemetry();
  const service = createService(
    config,
    {
      startTimeMs: 0,
      configYaml: () => 'serve: {}',
      flags: {},
      retentionText: '15d',
      stepsMax: 11_000,
      reload: async () => undefined,
    },
    { clock: systemClock, logger: silentLogger, telemetry, answers, language, admit, tenants: () => tenants },
  );
  if ('code' in service) throw new Error(service.message);
  const addresses = await service.listen();
  if ('code' in addresses) throw new Error(addresses.message);
  service.ready();
  return { service, addresses, telemetry, url: `${addresses.secure ? 'https' : 'http'}://${addresses.http}` };
}
