// Fetches what tests need from outside npm, before the tests start, so that no test waits for a download.
// What cannot be had is only said here: the tests that need it fail or are skipped themselves.
import { grafanaPackages } from '../contract/grafana-prometheus/packages.ts';
import { lowestPackages } from '../grafana-versions/packages.ts';
import { chromiumPath } from './chromium.ts';
import { debianProgram } from './debian.ts';
import { pythonWith } from './python.ts';
import { pythonOpenTelemetry } from './requirements.ts';

const wanted: ReadonlyArray<readonly [string, () => Promise<unknown>]> = [
  ['prometheus', () => debianProgram('prometheus', 'prometheus')],
  ['a browser', chromiumPath],
  ['promtool', () => debianProgram('prometheus', 'promtool')],
  ['the OpenTelemetry SDK for Python', () => pythonWith(pythonOpenTelemetry)],
  ["Grafana's Prometheus front end", grafanaPackages],
  ['the lowest Grafana that is supported', lowestPackages],
];

for (const [what, fetchIt] of wanted) {
  const found = await fetchIt();
  if (found instanceof Error) process.stderr.write(`cannot get ${what}: ${found.message}\n`);
}
