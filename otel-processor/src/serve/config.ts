import { z } from 'zod';
import { countField, durationField, sizeField } from '../base/index.ts';

export const scopes = ['read', 'write', 'alert', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** A tenant's name becomes a folder name, so it is kept to what every file system takes. */
const tenantName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9_-]{0,63}$/,
    'expected 1 to 64 of a-z, 0-9, _ and -, starting with a letter or digit',
  );

const addressField = (defaultText: string, description: string) =>
  z
    .string()
    .regex(
      /^(?:\[[0-9a-fA-F:.]+\]|[^:[\]\s]+):\d{1,5}$/,
      'expected HOST:PORT, for example 127.0.0.1:4318 or [::1]:4318',
    )
    .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535, 'expected a port up to 65535')
    .default(defaultText)
    .describe(description);

const positiveDuration = (defaultText: string, description: string) =>
  durationField(defaultText, description).refine((durationMs) => durationMs > 0, 'expected more than 0');

const tokenSchema = z.strictObject({
  name: z
    .string()
    .min(1)
    .describe('Who holds the token; appears in logs and counters, the token never does.'),
  sha256: z
    .string()
    .regex(
      /^[0-9a-fA-F]{64}$/,
      'expected 64 hexadecimal digits: run `statbar token` to make a token and its hash',
    )
    .describe('SHA-256 of the token in hexadecimal; `statbar token` prints both. May be `${env:NAME}`.')
    .meta({ secret: true }),
  scopes: z
    .array(z.enum(scopes))
    .min(1, 'expected at least one of read, write, alert, admin')
    .describe(
      'What the token allows: `read` (queries, status), `write` (ingest, alerts from outside), `alert` (acknowledging, silencing, the chat feed), `admin` (deletion).',
    ),
  tenant: tenantName.default('default').describe('The tenant whose data the token reaches.'),
});

const streamSchema = z
  .strictObject({
    interval_min: positiveDuration('250ms', 'The shortest interval that a listener may ask for.'),
    interval_max: positiveDuration('1h', 'The longest interval that a listener may ask for.'),
    evaluations_max: countField(100, 'Distinct streamed expressions and intervals, of all tenants.', 1),
    listeners_max: countField(1000, 'Listeners of all streams together.', 1),
    replay_events_max: countField(60, 'Events kept per stream for listeners that reconnect.', 1),
    replay_size_max: sizeField('4MiB', 'Size of the events kept per stream for listeners that reconnect.'),
    series_max: countField(10_000, 'Series in one streamed result; the rest is cut off with a warning.', 1),
    linger: durationField(
      '10s',
      'How long a stream goes on after its last listener left, so that a reconnecting one misses nothing.',
    ),
    heartbeat_interval: positiveDuration(
      '15s',
      'How often a quiet stream sends a comment to keep its connection; listeners take three times 15s without one for a dead connection.',
    ),
  })
  .prefault({})
  .describe('Live results as server-sent events at `/statbar/v1/stream`.');

const selfMetricsSchema = z
  .strictObject({
    interval: durationField('15s', 'How often they are stored; 0 for not at all.'),
    series_max: countField(
      2000,
      'Series that they may be; what is more is left out. They do not count against `pipeline.series_max`.',
    ),
  })
  .prefault({})
  .describe('What `/metrics` shows, also stored as series with the label `job="statbar"`.');

export const serveConfigSchema = z
  .strictObject({
    listen: addressField(
      '127.0.0.1:4318',
      'Where OTLP/HTTP, remote write, the Prometheus API and the status page listen; port 0 picks a free one. Anything but loopback needs `serve.tokens`.',
    ),
    grpc_listen: addressField('127.0.0.1:4317', 'Where OTLP/gRPC listens; port 0 picks a free one.'),
    tls: z
      .strictObject({
        cert_file: z.string().min(1).describe('PEM file with the certificate chain.'),
        key_file: z.string().min(1).describe('PEM file with the private key.'),
      })
      .optional()
      .describe('Certificate and key for both doors; without it they speak plain text.'),
    tokens: z
      .array(tokenSchema)
      .default([])
      .describe(
        'Bearer tokens. When there is at least one, every route that shows or takes data needs one; without it /healthz and /readyz answer one word, and / an empty page that asks for it.',
      ),
    allowed_hosts: z
      .array(z.string().min(1))
      .default([])
      .describe(
        'Host names, besides loopback, under which a service without tokens may be addressed. Guards against DNS rebinding.',
      ),
    cors_origins: z
      .array(
        z
          .string()
          .regex(/^(?:\*|https?:\/\/[^/\s]+)$/, 'expected an origin, for example https://app.example.com'),
      )
      .default([])
      .describe('Web origins that may call the service from a browser; empty: none.'),
    body_size_max: sizeField('64MiB', 'Largest request body, before and after decompression.'),
    in_flight_size_max: sizeField(
      '256MiB',
      'Bytes of request bodies held at once; beyond it senders are told to retry.',
    ),
    inflations_max: countField(4, 'Large bodies decompressed at the same time.', 1),
    connections_max: countField(10_000, 'Open connections per door.', 1),
    header_size_max: sizeField('32KiB', 'Size of all headers of a request, its URL included.'),
    header_count_max: countField(100, 'Number of headers of a request.', 1),
    url_length_max: countField(
      16_384,
      'Length of a request URL in characters; longer queries go by POST.',
      256,
    ),
    form_size_max: sizeField('1MiB', 'Largest body of a query sent as a form.'),
    api_body_size_max: sizeField(
      '8MiB',
      'Largest body of a call of the API that is not ingest, such as alerts.',
    ),
    header_timeout: positiveDuration('10s', 'Time for a client to send the headers of a request.'),
    request_timeout: positiveDuration('30s', 'Time for a client to send a whole request.'),
    idle_timeout: positiveDuration('75s', 'Time after which an idle connection is closed.'),
    drain_timeout: durationField('10s', 'Time that requests in flight get to finish when the service stops.'),
    retry_after: durationField('1s', 'What a client is told to wait when the service is overloaded.'),
    grpc_streams_max: countField(128, 'Concurrent requests per gRPC connection.', 1),
    stream: streamSchema,
    self_metrics: selfMetricsSchema,
  })
  .prefault({})
  .describe('The doors: addresses, credentials and the limits on what comes in.');

export type ServeConfig = z.output<typeof serveConfigSchema>;
export type TokenConfig = ServeConfig['tokens'][number];
