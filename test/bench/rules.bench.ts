import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { debianProgram } from '../support/debian.ts';
import { startPrometheus } from '../support/prometheus.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { eventually } from '../support/wait.ts';
import { processCpuSeconds } from './harness.ts';
import { drive, toLanes } from './load.ts';
import { encodeLabels, remoteWriteShape, WriteRequestEncoder } from './remote-write-encoder.ts';
import { type Figure, publish, single } from './report.ts';
import { pinLoad, type Server, serverLauncher, startStatbar, withPeers } from './servers.ts';

/**
 * Evaluation of alerting rules that all fire: 10 k rules with five instances each, in groups of 100 every ten seconds.
 * CPU time of the whole server per rule, while nothing else happens; both servers hold the same series and the same
 * rule file, and are measured one after the other.
 */
const ruleCount = 10_000;
const instancesPerRule = 5;
const rulesPerGroup = 100;
const roundsWarm = 2;
const rounds = 4;
const intervalSeconds = 10;

function ruleFile(): string {
  const groups: string[] = [];
  for (let from = 0; from < ruleCount; from += rulesPerGroup) {
    const rules: string[] = [];
    for (let i = from; i < from + rulesPerGroup; i++) {
      rules.push(
        `      - { alert: 'High${i}', expr: 'bench_load{rule="${i}"} > 0.5', labels: { severity: page }, annotations: { summary: '{{ $labels.host }} is at {{ $value }}' } }`,
      );
    }
    groups.push(`  - name: g${from}\n    interval: ${intervalSeconds}s\n    rules:\n${rules.join('\n')}`);
  }
  return `groups:\n${groups.join('\n')}\n`;
}

function requests(): Buffer[] {
  const encoder = new WriteRequestEncoder();
  const bodies: Buffer[] = [];
  const nowMs = Date.now();
  for (let rule = 0; rule < ruleCount; rule++) {
    for (let host = 0; host < instancesPerRule; host++) {
      const labels = { __name__: 'bench_load', host: `host-${host}`, job: 'bench', rule: String(rule) };
      encoder.add(encodeLabels(labels), nowMs, 0.6 + host / 100);
    }
    if ((rule + 1) % 400 === 0) bodies.push(encoder.finish());
  }
  return bodies;
}

async function counter(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  let sum = 0;
  for (const line of text.split('\n'))
    if (line.startsWith(name)) sum += Number(line.slice(line.lastIndexOf(' ') + 1));
  return sum;
}

/** Rules evaluated per CPU-second. */
async function rateOf(
  server: Pick<Server, 'pid' | 'host' | 'port' | 'writePath'>,
  name: string,
): Promise<number> {
  const url = `http://${server.host}:${server.port}`;
  const shape = { ...remoteWriteShape, path: server.writePath };
  await drive(
    server as Server,
    shape,
    toLanes(requests(), 5, (job) => job),
  );
  const firing = async (): Promise<boolean> => {
    const response = await fetch(`${url}/api/v1/query?query=count(ALERTS{alertstate="firing"})`);
    const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
    return Number(data.result[0]?.value[1] ?? 0) === ruleCount * instancesPerRule;
  };
  await eventually(async () => ((await firing()) ? true : undefined), {
    what: 'all alerts fire',
    timeoutMs: 120_000,
    everyMs: 2000,
  });
  await sleep(roundsWarm * intervalSeconds * 1000);
  const before = { cpu: processCpuSeconds(server.pid), count: await counter(url, name) };
  await sleep(rounds * intervalSeconds * 1000);
  const count = (await counter(url, name)) - before.count;
  return count / (processCpuSeconds(server.pid) - before.cpu);
}

pinLoad();
const temp = createTempDir('rules-bench');
const path = join(temp.path, 'rules.yml');
writeFileSync(path, ruleFile());
const figures: Figure[] = [];
const notes: string[] = [];
const statbar = await startStatbar({
  config: `rules: { files: ['${path}'] }\n`,
});
let own = 0;
try {
  own = await rateOf(statbar, 'statbar_rule_evaluations_total');
  figures.push(single('rules/statbar', 'statbar: rules, 5 instances each', 'rules/CPU-s', own));
} finally {
  await statbar.stop();
}
if (withPeers) {
  const program = await debianProgram('prometheus', 'prometheus');
  if (program instanceof Error) console.error(`PEER NOT MEASURED: ${program.message}`);
  else {
    const prometheus = await startPrometheus(
      program,
      `global: { scrape_interval: 1h }\nrule_files: ['${path}']\n`,
      {
        args: ['--web.enable-remote-write-receiver'],
        env: { GOMAXPROCS: '1' },
        launcher: serverLauncher,
      },
    );
    try {
      const port = Number(new URL(prometheus.url).port);
      const peer = { pid: prometheus.pid, host: '127.0.0.1', port, writePath: '/api/v1/write' };
      const rate = await rateOf(peer, 'prometheus_rule_evaluations_total');
      figures.push(single('rules/prometheus', 'prometheus: rules, 5 instances each', 'rules/CPU-s', rate));
      figures.push(single('rules/against-prometheus', 'against-prometheus: ratio', 'x', own / rate));
    } finally {
      await prometheus.stop();
    }
  }
}
temp.remove();
publish('rules', figures, notes);
