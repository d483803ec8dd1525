"""Sends one of each instrument with the OpenTelemetry SDK for Python: PROTOCOL URL TEMPORALITY SERVICE."""

import sys

from opentelemetry.sdk.metrics import (
    Counter,
    Histogram,
    MeterProvider,
    ObservableCounter,
    ObservableUpDownCounter,
    UpDownCounter,
)
from opentelemetry.sdk.metrics.export import AggregationTemporality, PeriodicExportingMetricReader
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource

protocol, url, temporality, service = sys.argv[1:5]

if protocol == "grpc":
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter

    options = {"endpoint": url, "insecure": True}
else:
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    compression = Compression.Gzip if protocol == "http-gzip" else Compression.NoCompression
    options = {"endpoint": url + "/v1/metrics", "compression": compression}

preferred = AggregationTemporality.DELTA if temporality == "delta" else AggregationTemporality.CUMULATIVE
kinds = (Counter, Histogram, ObservableCounter)
exporter = OTLPMetricExporter(
    preferred_temporality={
        **{kind: preferred for kind in kinds},
        UpDownCounter: AggregationTemporality.CUMULATIVE,
        ObservableUpDownCounter: AggregationTemporality.CUMULATIVE,
    },
    **options,
)
provider = MeterProvider(
    resource=Resource.create({"service.name": service, "service.instance.id": "py-1"}),
    metric_readers=[PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)],
    views=[View(instrument_name="payload", aggregation=ExponentialBucketHistogramAggregation())],
)
meter = provider.get_meter("contract", "1.0")
jobs = meter.create_counter("jobs")
depth = meter.create_up_down_counter("depth")
duration = meter.create_histogram("duration", unit="s", explicit_bucket_boundaries_advisory=[0.1, 1.0])
payload = meter.create_histogram("payload", unit="By")

for amount in (4, 6):
    jobs.add(amount, {"queue": "mail", "retry": True, "priority": 3})
    depth.add(amount - 5)
    duration.record(amount / 10)
    payload.record(amount * 100)
    if not provider.force_flush():
        sys.exit("the export failed")
provider.shutdown()
