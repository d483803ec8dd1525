import protobuf from 'protobufjs';

/**
 * The messages of OTLP metrics, by field name, type and number, for protobufjs: the independent oracle that the
 * decoder of ingest is checked and measured against. Written after metrics.proto, common.proto and resource.proto.
 */
const messages: Readonly<Record<string, readonly string[]>> = {
  ExportMetricsServiceRequest: ['repeated ResourceMetrics resourceMetrics 1'],
  ResourceMetrics: ['Resource resource 1', 'repeated ScopeMetrics scopeMetrics 2', 'string schemaUrl 3'],
  Resource: ['repeated KeyValue attributes 1', 'uint32 droppedAttributesCount 2'],
  ScopeMetrics: ['InstrumentationScope scope 1', 'repeated Metric metrics 2', 'string schemaUrl 3'],
  InstrumentationScope: [
    'string name 1',
    'string version 2',
    'repeated KeyValue attributes 3',
    'uint32 droppedAttributesCount 4',
  ],
  Metric: [
    'string name 1',
    'string description 2',
    'string unit 3',
    'oneof data: Gauge gauge 5',
    'oneof data: Sum sum 7',
    'oneof data: Histogram histogram 9',
    'oneof data: ExponentialHistogram exponentialHistogram 10',
    'oneof data: Summary summary 11',
    'repeated KeyValue metadata 12',
  ],
  Gauge: ['repeated NumberDataPoint dataPoints 1'],
  Sum: ['repeated NumberDataPoint dataPoints 1', 'int32 aggregationTemporality 2', 'bool isMonotonic 3'],
  Histogram: ['repeated HistogramDataPoint dataPoints 1', 'int32 aggregationTemporality 2'],
  ExponentialHistogram: [
    'repeated ExponentialHistogramDataPoint dataPoints 1',
    'int32 aggregationTemporality 2',
  ],
  Summary: ['repeated SummaryDataPoint dataPoints 1'],
  NumberDataPoint: [
    'repeated KeyValue attributes 7',
    'fixed64 startTimeUnixNano 2',
    'fixed64 timeUnixNano 3',
    'oneof value: double asDouble 4',
    'oneof value: sfixed64 asInt 6',
    'repeated Exemplar exemplars 5',
    'uint32 flags 8',
  ],
  HistogramDataPoint: [
    'repeated KeyValue attributes 9',
    'fixed64 startTimeUnixNano 2',
    'fixed64 timeUnixNano 3',
    'fixed64 count 4',
    'optional double sum 5',
    'repeated fixed64 bucketCounts 6',
    'repeated double explicitBounds 7',
    'repeated Exemplar exemplars 8',
    'uint32 flags 10',
    'optional double min 11',
    'optional double max 12',
  ],
  ExponentialHistogramDataPoint: [
    'repeated KeyValue attributes 1',
    'fixed64 startTimeUnixNano 2',
    'fixed64 timeUnixNano 3',
    'fixed64 count 4',
    'optional double sum 5',
    'sint32 scale 6',
    'fixed64 zeroCount 7',
    'Buckets positive 8',
    'Buckets negative 9',
    'uint32 flags 10',
    'repeated Exemplar exemplars 11',
    'optional double min 12',
    'optional double max 13',
    'double zeroThreshold 14',
  ],
  Buckets: ['sint32 offset 1', 'repeated uint64 bucketCounts 2'],
  SummaryDataPoint: [
    'repeated KeyValue attributes 7',
    'fixed64 startTimeUnixNano 2',
    'fixed64 timeUnixNano 3',
    'fixed64 count 4',
    'double sum 5',
    'repeated ValueAtQuantile quantileValues 6',
    'uint32 flags 8',
  ],
  ValueAtQuantile: ['double quantile 1', 'double value 2'],
  Exemplar: [
    'repeated KeyValue filteredAttributes 7',
    'fixed64 timeUnixNano 2',
    'oneof value: double asDouble 3',
    'oneof value: sfixed64 asInt 6',
    'bytes spanId 4',
    'bytes traceId 5',
  ],
  KeyValue: ['string key 1', 'AnyValue value 2', 'int32 keyStrindex 3'],
  AnyValue: [
    'oneof value: string stringValue 1',
    'oneof value: bool boolValue 2',
    'oneof value: int64 intValue 3',
    'oneof value: double doubleValue 4',
    'oneof value: ArrayValue arrayValue 5',
    'oneof value: KeyValueList kvlistValue 6',
    'oneof value: bytes bytesValue 7',
    'oneof value: int32 stringValueStrindex 8',
  ],
  ArrayValue: ['repeated AnyValue values 1'],
  KeyValueList: ['repeated KeyValue values 1'],
};

/** The schema in protobuf's own language. */
export function otlpSchemaText(): string {
  let text = 'syntax = "proto3";\npackage otlp;\n';
  for (const [name, fields] of Object.entries(messages)) {
    const oneof = fields.filter((field) => field.startsWith('oneof ')).map(declaration);
    const plain = fields.filter((field) => !field.startsWith('oneof ')).map(declaration);
    const oneofName = fields
      .find((field) => field.startsWith('oneof '))
      ?.slice(6)
      .split(':')[0];
    const group = oneofName === undefined ? '' : `oneof ${oneofName} {\n${oneof.join('')}}\n`;
    text += `message ${name} {\n${plain.join('')}${group}}\n`;
  }
  return text;
}

function declaration(field: string): string {
  const words = field.replace(/^oneof \w+: /, '').split(' ');
  const number = words.pop();
  return `  ${words.join(' ')} = ${number};\n`;
}

/** The request message, by reflection. */
export function otlpRequestType(): protobuf.Type {
  return protobuf
    .parse(otlpSchemaText(), { keepCase: true })
    .root.lookupType('otlp.ExportMetricsServiceRequest');
}
