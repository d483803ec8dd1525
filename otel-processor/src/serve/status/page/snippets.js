import { token } from './api.js';
import { element } from './format.js';

/** What to paste where, with this service's own addresses. */
function snippets(links) {
  const scheme = links.secure ? 'https' : 'http';
  const base = `${scheme}://${location.hostname === '' ? links.http : location.host}`;
  const grpcPort = links.grpc.slice(links.grpc.lastIndexOf(':') + 1);
  const grpc = `${scheme}://${location.hostname}:${grpcPort}`;
  const secret = token() !== '';
  return [
    [
      'Any OpenTelemetry SDK',
      `export OTEL_EXPORTER_OTLP_ENDPOINT=${base}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nexport OTEL_METRICS_EXPORTER=otlp` +
        (secret ? '\nexport OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer TOKEN"' : ''),
    ],
    [
      'OpenTelemetry over gRPC',
      `export OTEL_EXPORTER_OTLP_ENDPOINT=${grpc}\nexport OTEL_EXPORTER_OTLP_PROTOCOL=grpc\nexport OTEL_METRICS_EXPORTER=otlp` +
        (secret ? '\nexport OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer TOKEN"' : ''),
    ],
    [
      'OpenTelemetry Collector',
      `exporters:\n  otlphttp:\n    endpoint: ${base}\n${secret ? '    headers:\n      Authorization: Bearer TOKEN\n' : ''}service:\n  pipelines:\n    metrics:\n      exporters: [otlphttp]`,
    ],
    [
      'Prometheus',
      `remote_write:\n  - url: ${base}/api/v1/write${secret ? '\n    authorization:\n      credentials: TOKEN' : ''}`,
    ],
    [
      'curl',
      `curl -i ${base}/v1/metrics -H 'Content-Type: application/json'${secret ? " -H 'Authorization: Bearer TOKEN'" : ''} -d '{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"hello","gauge":{"dataPoints":[{"asDouble":1,"timeUnixNano":"'$(date +%s)'000000000"}]}}]}]}]}'`,
    ],
    [
      'Grafana',
      `# Connections > Data sources > Prometheus\nPrometheus server URL: ${base}${secret ? '\n# HTTP headers\nAuthorization: Bearer TOKEN' : ''}`,
    ],
  ];
}

export function showSnippets(links) {
  const all = snippets(links);
  const text = document.getElementById('snippet');
  const tabs = all.map(([name, body], index) => {
    const tab = element(
      'button',
      { type: 'button', role: 'tab', 'aria-selected': String(index === 0) },
      name,
    );
    tab.addEventListener('click', () => {
      for (const other of tabs) other.setAttribute('aria-selected', String(other === tab));
      text.textContent = body;
    });
    return tab;
  });
  document.getElementById('tabs').replaceChildren(...tabs);
  text.textContent = all[0][1];
  const copy = document.getElementById('copy');
  copy.addEventListener('click', async () => {
    await navigator.clipboard.writeText(text.textContent);
    copy.textContent = 'Copied';
    setTimeout(() => {
      copy.textContent = 'Copy';
    }, 1500);
  });
}
