/** The Prometheus release whose HTTP API and PromQL are spoken; clients choose features by it. */
export const PROMETHEUS_VERSION = '3.5.0';
