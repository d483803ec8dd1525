import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import protobuf from 'protobufjs';
import pbjs from 'protobufjs-cli/pbjs.js';
import { hashKeyFrom, isFault, Telemetry } from '../../otel-processor/src/base/index.ts';
import {
  createOtlpDecoder,
  createRemoteWriteDecoder,
  ingestConfigSchema,
} from '../../otel-processor/src/ingest/index.ts';
import { type LabelSet, SeriesRegistry, type SeriesResolver } from '../../otel-processor/src/model/index.ts';
import { otlpSchemaText } from '../support/otlp-schema.ts';
import { alternate, type Contender, cpuRates, measure, spreadOf } from './harness.ts';
import { generateOtlp } from './otlp-generator.ts';
import { encodeLabels, WriteRequestEncoder } from './remote-write-encoder.ts';
import { figure, publish } from './report.ts';

/**
 * OTLP protobuf to series ids and columns, against protobufjs's generated decoder, which only makes objects, on
 * the same bytes: 50 k series, 1,000 points per request, 4 attributes per point, 6 resource attributes. Also
 * OTLP/JSON, remote write, and the slow path that every series takes once.
 */
const ROUNDS = 7;
const SERIES_COUNT = 50_000;
const SHORT_ROUNDS = 3;

const requests = generateOtlp({ seriesCount: SERIES_COUNT, pointsPerRequest: 1000, seed: 5 });
const requestBytes = requests.reduce((sum, bytes) => sum + bytes.length, 0);
const config = ingestConfigSchema.parse({});
const ports = () => ({
  resolver: resolverOf(new SeriesRegistry()),
  hashKey: hashKeyFrom([1, 2, 3, 4]),
  telemetry: new Telemetry(),
});

function resolverOf(registry: SeriesRegistry): SeriesResolver {
  return {
    get generation() {
      return registry.generation;
    },
    resolve: (labels: LabelSet) => registry.getOrCreate(labels),
    describe: (reason) => reason,
  };
}

/** Compiles the schema to JavaScript with protobufjs's own generator, in a folder that goes away again. */
async function staticDecoder(): Promise<{
  decode(bytes: Uint8Array): unknown;
  toObject(message: unknown): unknown;
}> {
  // Inside the repository, so that the generated module finds protobufjs.
  const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), 'generated-'));
  try {
    const schema = join(folder, 'otlp.proto');
    const module = join(folder, 'otlp.mjs');
    writeFileSync(schema, otlpSchemaText());
    const args = ['-t', 'static-module', '-w', 'es6', '--es6', '--no-comments', '-o', module, schema];
    await new Promise<void>((resolve, reject) =>
      pbjs.main(args, (error: Error | null) => (error === null ? resolve() : reject(error))),
    );
    const generated = (await import(pathToFileURL(module).href)) as { default?: unknown; otlp?: unknown };
    const root = (generated.otlp ?? (generated.default as { otlp: unknown }).otlp) as {
      ExportMetricsServiceRequest: {
        decode(bytes: Uint8Array): unknown;
        toObject(message: unknown): unknown;
      };
    };
    return root.ExportMetricsServiceRequest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function decodeAll(
  decode: (bytes: Uint8Array) => ReturnType<typeof decoder.decodeProtobuf>,
  bodies: readonly Uint8Array[],
): number {
  let points = 0;
  for (const body of bodies) {
    const batch = decode(body);
    if (isFault(batch)) throw new Error(batch.message);
    points += batch.pointCount - batch.rejections.points;
  }
  return points;
}

function remoteWriteBodies(): Uint8Array[] {
  const encoder = new WriteRequestEncoder();
  const bodies: Uint8Array[] = [];
  for (let series = 0; series < SERIES_COUNT; series++) {
    const labels = encodeLabels({
      __name__: `metric_${series % 20}`,
      client: (Math.imul(series, 0x9e3779b1) >>> 0).toString(16),
      instance: `10.0.${series % 251}.${series % 13}:9100`,
      job: 'node',
      method: series % 2 === 0 ? 'GET' : 'POST',
      route: `/api/${series % 97}`,
      zone: `eu-${series % 3}`,
    });
    encoder.add(labels, 1_720_000_000_000, series * 1.5);
    if (series % 2000 === 1999) bodies.push(encoder.finish());
  }
  return bodies;
}

const reference = await staticDecoder();
const decoder = createOtlpDecoder(config, ports());
const remote = createRemoteWriteDecoder(config, ports());
const writeBodies = remoteWriteBodies();
const jsonBodies = requests.slice(0, 10).map((bytes) =>
  new TextEncoder().encode(
    JSON.stringify(
      (reference.toObject as (message: unknown, options: object) => unknown)(reference.decode(bytes), {
        longs: String,
      }),
    ),
  ),
);

/** Measures `work`, done often enough that the garbage left by the contender before hardly counts. */
function contender(name: string, times: number, work: () => number): Contender {
  return {
    name,
    round: () =>
      measure(() => {
        let amount = 0;
        for (let i = 0; i < times; i++) amount += work();
        return amount;
      }),
  };
}

const contenders: readonly Contender[] = [
  contender('columns', 20, () => decodeAll(decoder.decodeProtobuf, requests)),
  contender('protobufjs', 4, () => {
    for (const bytes of requests) reference.decode(bytes);
    return SERIES_COUNT;
  }),
  contender('json', 4, () => decodeAll(decoder.decodeJson, jsonBodies)),
  contender('json.parse', 4, () => {
    for (const bytes of jsonBodies) JSON.parse(new TextDecoder().decode(bytes));
    return jsonBodies.length * 1000;
  }),
  contender('remote write', 4, () => decodeAll(remote.decode, writeBodies)),
];
const readings = await alternate(contenders, ROUNDS);
const fresh = await alternate(
  [
    {
      name: 'new series',
      round: () => {
        const cold = createOtlpDecoder(config, ports());
        return measure(() => decodeAll(cold.decodeProtobuf, requests));
      },
    },
  ],
  SHORT_ROUNDS,
);

const rate = (name: string) => cpuRates(readings.get(name)!);
const ratios = readings.get('columns')!.map((reading, round) => {
  const other = readings.get('protobufjs')![round];
  return reading.amount / reading.cpuSeconds / (other.amount / other.cpuSeconds);
});
publish(
  'decode',
  [
    figure('decode/columns', 'OTLP protobuf to columns', 'points/CPU-s', rate('columns')),
    figure('decode/protobufjs', 'protobufjs static, objects only', 'points/CPU-s', rate('protobufjs')),
    figure('decode/against-protobufjs', 'the one against the other', 'x', spreadOf(ratios)),
    figure(
      'decode/new-series',
      'OTLP protobuf, every series new',
      'points/CPU-s',
      cpuRates(fresh.get('new series')!),
    ),
    figure('decode/json', 'OTLP/JSON to columns', 'points/CPU-s', rate('json')),
    figure('decode/json-parse', 'JSON.parse alone on the same', 'points/CPU-s', rate('json.parse')),
    figure('decode/remote-write', 'remote write, snappy included', 'samples/CPU-s', rate('remote write')),
  ],
  [
    `${Math.round(requestBytes / SERIES_COUNT)} bytes per point; protobufjs ${protobuf.util.Long ? 'with' : 'without'} Long`,
  ],
);
