import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** Of a minute, not of a day: the detectors may use most of the machine while they read the past. */
const watchCpuShareMax = 0.9;

/**
 * The demo's own configuration as YAML (JSON is), for a service that runs elsewhere: rule files are those in `rulesFolder`, and what
 * it knows of itself is stored often enough for a preview of some minutes. Groups of alerts are told to `inboxUrl`.
 */
export function previewConfig(
  demoConfigPath: string,
  { rulesFolder, inboxUrl }: { readonly rulesFolder: string; readonly inboxUrl: string },
): string {
  const given = parse(readFileSync(demoConfigPath, 'utf8')) as {
    readonly alert?: { readonly route?: object };
  };
  return JSON.stringify({
    ...given,
    rules: { files: [`${rulesFolder}/*.yml`] },
    alert: {
      ...given.alert,
      route: { ...given.alert?.route, receiver: 'preview', group_interval: '10s' },
      receivers: [{ name: 'preview', webhook: [{ url: inboxUrl }] }],
    },
    serve: { self_metrics: { interval: '5s' } },
    watch: { cpu_share_max: watchCpuShareMax },
  });
}
