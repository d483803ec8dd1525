// node front-end.ts PACKAGES URL FROM_MS TO_MS (editor|panels|rules): puts Grafana's Prometheus front end before the StatBar at
// URL, asks what its editor, its builder and its panels ask over that time, and prints what they got as JSON. A
// process of its own, because the packages want a browser's globals.

import { pathToFileURL } from 'node:url';
import { askForHints, askForRules, askForVariables } from './builder.ts';
import { askForCompletions, askLanguageProvider } from './editor.ts';
import { type Call, GrafanaBackend } from './grafana-backend.ts';
import { type Datasource, type Grafana, startGrafana, type TimeRange } from './grafana-host.ts';
import { askPanels } from './panels.ts';

export interface Scene {
  readonly grafana: Grafana;
  readonly range: TimeRange;
  /** A data source of its own, so that none answers out of another's cache. */
  datasource(jsonData?: Readonly<Record<string, unknown>>): Datasource;
  /** Calls that reached StatBar while `work` ran. */
  callsOf<T>(work: () => Promise<T>): Promise<{ readonly answer: T; readonly calls: readonly Call[] }>;
}

export type EditorResults = Awaited<ReturnType<typeof askForEditor>>;
export type PanelsResults = Awaited<ReturnType<typeof askPanels>>;
export type RulesResults = Awaited<ReturnType<typeof askForRules>>;

async function askForEditor(scene: Scene) {
  return {
    language: await askLanguageProvider(scene),
    completions: await askForCompletions(scene),
    hints: await askForHints(scene),
    variables: await askForVariables(scene),
  };
}

const subjects: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  editor: askForEditor,
  panels: askPanels,
  rules: askForRules,
};

function createScene(packages: string, url: string, fromMs: number, toMs: number): Scene {
  const backend = new GrafanaBackend(url);
  const grafana = startGrafana(packages, backend);
  const from = grafana.dateTime(fromMs);
  const to = grafana.dateTime(toMs);
  let made = 0;
  return {
    grafana,
    range: { from, to, raw: { from, to } },
    datasource: (jsonData = {}) => grafana.createDatasource(`statbar-${++made}`, jsonData),
    async callsOf(work) {
      const before = backend.calls.length;
      const answer = await work();
      return { answer, calls: backend.calls.slice(before) };
    },
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  // What the packages have to say goes to standard error: standard output is the answer.
  console.log = console.error;
  const [packages, url, fromMs, toMs, about] = process.argv.slice(2);
  const scene = createScene(packages, url, Number(fromMs), Number(toMs));
  process.stdout.write(JSON.stringify(await subjects[about](scene)));
}
