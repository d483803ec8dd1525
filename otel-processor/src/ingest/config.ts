import { z } from 'zod';
import { countField, durationField, sizeField } from '../base/index.ts';

/** Section `ingest` of the configuration: how requests become series, and the shapes they may have. */
export const ingestConfigSchema = z.strictObject({
  name_translation: z
    .enum([
      'UnderscoreEscapingWithSuffixes',
      'UnderscoreEscapingWithoutSuffixes',
      'NoUTF8EscapingWithSuffixes',
      'NoTranslation',
    ])
    .default('UnderscoreEscapingWithSuffixes')
    .describe(
      'How OpenTelemetry names become Prometheus names: with or without escaping to [a-zA-Z0-9_:], with or without unit and type suffixes.',
    ),
  scope_labels: z
    .boolean()
    .default(true)
    .describe(
      'Whether series carry the instrumentation scope as labels otel_scope_name, otel_scope_version, otel_scope_schema_url and otel_scope_<attribute>.',
    ),
  promote_resource_attributes: z
    .array(z.string())
    .default([])
    .describe('Resource attributes to put on every series, and not only on target_info.'),
  instance_fallback_attributes: z
    .array(z.string())
    .default([])
    .describe(
      'Resource attributes to take the label instance from, first present first, when there is no service.instance.id. Set it when replicas do not send one: their series would otherwise be the same.',
    ),
  target_info: z
    .boolean()
    .default(true)
    .describe('Whether the other resource attributes are kept as labels of a series target_info.'),
  target_info_interval: durationField('2m30s', 'Event time between two samples of a target_info series.'),
  identity_cache_entries_max: countField(
    1_000_000,
    'Series that the decoder recognises by the hash of their bytes; further ones are looked up by their labels, which is slower.',
    1,
  ),
  resources_max: countField(
    100_000,
    'Resources whose target_info is kept track of at once; over it the tracking starts anew.',
    1,
  ),
  metadata_names_max: countField(
    100_000,
    'Metric names whose type, unit and help are remembered as already passed on; over it they are passed on anew.',
    1,
  ),
  points_per_request_max: countField(
    500_000,
    'Data points of one request; its metrics, scopes and resources together may be as many. A request over it is refused whole.',
    1,
  ),
  samples_per_request_max: countField(
    5_000_000,
    'Samples that the points of one request may become: a histogram is many. A request over it is refused whole.',
    1,
  ),
  json_values_max: countField(
    6_000_000,
    'Values in one OTLP/JSON request, counted by its commas and opening brackets. Requests over it are refused before they are parsed, because parsed JSON takes many times the memory of its text.',
    1,
  ),
  labels_per_series_max: countField(64, 'Labels of one series. Points of a series over it are refused.', 1),
  label_name_length_max: countField(
    1024,
    'Length of a metric or label name, in UTF-16 units. Points of a series over it are refused.',
    1,
  ),
  label_value_length_max: countField(
    8192,
    'Length of a label value, in UTF-16 units. Points of a series over it are refused.',
    1,
  ),
  nesting_max: countField(
    32,
    'How deep arrays and maps may be nested in an attribute value. Points with deeper ones are refused.',
    1,
  ),
  histogram_buckets_max: countField(
    1024,
    'Buckets of one histogram point, positive and negative each. Points over it are refused.',
    1,
  ),
  exemplars_per_request_max: countField(
    10_000,
    'Exemplars kept of one request; further ones are dropped and counted.',
  ),
  remote_write_size_max: sizeField(
    '64MiB',
    'Size of a remote write request after decompression. Requests over it are refused before they are inflated.',
  ),
});

export type IngestConfig = z.infer<typeof ingestConfigSchema>;

const eventFieldSchema = z.strictObject({
  type: z.enum(['string', 'number', 'boolean']).optional().describe('The type that the attribute must have.'),
  required: z.boolean().default(false).describe('Whether every such event must have the attribute.'),
  values: z
    .array(z.union([z.string(), z.number(), z.boolean()]))
    .min(1)
    .optional()
    .describe('The only values allowed.'),
});

/** Section `events` of the configuration: which events are taken. */
export const eventsConfigSchema = z.strictObject({
  attributes_max: countField(128, 'Attributes of one event. Events over it are refused.', 1),
  name_length_max: countField(
    256,
    'Length of the names, ids and sources of events and of attribute names, in UTF-16 units. Events over it are refused.',
    1,
  ),
  text_length_max: countField(
    8192,
    'Length of a text in an attribute, in UTF-16 units. Events over it are refused.',
    1,
  ),
  future_max: durationField('10m', 'How far ahead of the clock an event may be. Events over it are refused.'),
  ids_max: countField(
    1_000_000,
    'Idempotency keys that are remembered at least; an event sent again later than that counts again.',
    1,
  ),
  metric_series_max: countField(
    1_000_000,
    'Series of metrics that views follow at once; samples of further ones are not in their results.',
    1,
  ),
  history: durationField(
    '0s',
    'How long requests with events are kept on disk, so that a new view can be computed over them (`views[].backfill`).',
  ),
  history_size: sizeField('1GiB', 'Most that they may take; the oldest go first.'),
  checkpoint_every: durationField(
    '1m',
    'How often the state of the views is written, so that a start replays only the events since.',
  ),
  late_events_max: countField(
    20,
    'Late events that are kept for a look, of each view: the last that came too late for all its windows.',
  ),
  dead_letters: z
    .strictObject({
      size_max: sizeField(
        '4MiB',
        'Room on the disk for refused events of a tenant, the newest of which are kept; 0 keeps none.',
      ),
      per_second: countField(
        100,
        'Refused events of a tenant that are kept per second; further ones are only counted.',
        1,
      ),
    })
    .prefault({})
    .describe('Refused events with the reason, for a look at what clients send.'),
  schemas: z
    .record(
      z.string(),
      z.strictObject({
        closed: z.boolean().default(false).describe('Whether other attributes than these are refused.'),
        attributes: z.record(z.string(), eventFieldSchema).default({}).describe('Attributes by name.'),
      }),
    )
    .default({})
    .describe('What events of a name must look like.'),
});

export type EventsConfig = z.infer<typeof eventsConfigSchema>;
