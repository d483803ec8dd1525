/** Packages of PyPI for the contract tests; pinned, so that a test means the same tomorrow. */
export const pythonOpenTelemetry: readonly string[] = [
  'opentelemetry-sdk==1.45.2',
  'opentelemetry-exporter-otlp-proto-http==1.45.2',
  'opentelemetry-exporter-otlp-proto-grpc==1.45.2',
];
