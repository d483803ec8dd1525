import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parse as parseYaml } from 'yaml';
import type { RuleGroup } from '../alert/index.ts';
import { closeTenant, type OpenTenant, openTenant } from '../app-tenant.ts';
import {
  type Fault,
  isFault,
  ManualClock,
  randomHashKey,
  silentLogger,
  Telemetry,
  yieldToEventLoop,
} from '../base/index.ts';
import { type Config, loadConfig, problemText } from '../config/index.ts';
import { Batch, type EventBatch, type Histogram, type LabelSet } from '../model/index.ts';
import type { LookupTables } from '../pipeline/index.ts';
import { RuleRuns } from './rule-runs.ts';
import { ViewResults } from './view-results.ts';

/** A sample of a script on its way in; `undefined` as value is a staleness marker. */
export interface ScriptSample {
  readonly labels: LabelSet;
  readonly timestampMs: number;
  readonly value: number | Histogram | undefined;
  /** Set for a delta: the start of its interval. */
  readonly startMs?: number;
}

export interface ScriptPlace {
  /** An empty folder for what the script stores; whoever made it removes it. */
  readonly dataDir: string;
  /** Where paths in the script start. */
  readonly baseDir: string;
  /** For `${NAME}` in configuration files. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads the tables of `events.enrichment`, from files relative to `baseDir`; without it there are none. */
  lookupTables?(config: Config, baseDir: string): LookupTables | Fault;
}

export interface ReadConfig {
  readonly config: Config;
  /** Where paths in it start. */
  readonly baseDir: string;
}

const CLOSE_TIMEOUT_MS = 10_000;
const STRIDE_MS = 60_000;
/** With views the clock drives results: what a checkpoint holds up is made up for after each stride. */
const VIEW_STRIDE_MS = 1000;

/** One tenant of the service as it is, on files of its own, under a clock that only the script moves. */
export class World {
  readonly clock = new ManualClock(0);
  readonly results = new ViewResults();
  readonly #place: ScriptPlace;
  #telemetry = new Telemetry();
  #config: Config | undefined;
  #configDir: string;
  #rules = new RuleRuns([]);
  #tenant: OpenTenant | undefined;
  #generation = 0;

  constructor(place: ScriptPlace) {
    this.#place = place;
    this.#configDir = place.baseDir;
  }

  get tenant(): OpenTenant {
    if (this.#tenant === undefined) throw new Error('the world is not open');
    return this.#tenant;
  }

  get config(): Config {
    if (this.#config === undefined) throw new Error('the world is not open');
    return this.#config;
  }

  get rules(): RuleRuns {
    return this.#rules;
  }

  /** A path as the script means it. */
  pathOf(path: string): string {
    return resolve(this.#place.baseDir, path);
  }

  /** A configuration from its text, or from a file. Throws an `Error` that names every mistake. */
  async readConfig(text: string, path?: string): Promise<ReadConfig> {
    const file = path === undefined ? undefined : this.pathOf(path);
    const content = file === undefined ? text : readFileSync(file, 'utf8');
    const loaded = await loadConfig(content, this.#place.env);
    if (loaded.config === undefined) throw new Error(loaded.problems.map(problemText).join('\n'));
    const config = watchesAtAll(content) ? loaded.config : withoutWatch(loaded.config);
    return { config, baseDir: file === undefined ? this.#place.baseDir : dirname(file) };
  }

  async open(): Promise<void> {
    this.#config ??= (await this.readConfig('')).config;
    await this.#open();
  }

  /** Forgets all data, and rules; from here on with this configuration, or with the one before. */
  async clear(config: Config = this.config, baseDir = this.#configDir): Promise<void> {
    await this.close();
    this.#config = config;
    this.#configDir = baseDir;
    this.#rules = new RuleRuns([]);
    this.results.clear();
    this.#generation += 1;
    await this.#open();
  }

  /** Closes the tenant and opens it again from its files, perhaps with another configuration. */
  async restart(config: Config = this.config): Promise<void> {
    await this.close();
    this.#config = config;
    await this.#open();
  }

  /** Opens a copy of the files as they are at this moment: what a process that is killed leaves behind. */
  async crash(): Promise<void> {
    const left = this.#dir;
    this.#generation += 1;
    const isLock = (path: string): boolean => /^lock(\.|$)/.test(basename(path));
    cpSync(left, this.#dir, { recursive: true, filter: (path) => !isLock(path) });
    await this.close();
    await this.#open();
  }

  async close(): Promise<void> {
    const tenant = this.#tenant;
    this.#tenant = undefined;
    if (tenant !== undefined) await closeTenant(tenant, CLOSE_TIMEOUT_MS, silentLogger);
  }

  /** Adds rules, which are evaluated from time 0 on up to now, and then as the clock moves. */
  async addRules(groups: readonly RuleGroup[]): Promise<void> {
    await this.#rules.add(groups, this.clock.nowMs());
  }

  /** Moves the clock, and lets happen what waits for a time. */
  async moveTo(timeMs: number): Promise<void> {
    const strideMs = this.config.views.length > 0 ? VIEW_STRIDE_MS : STRIDE_MS;
    while (this.clock.nowMs() < timeMs) {
      const nowMs = this.clock.nowMs();
      const targetMs = Math.min(timeMs, nowMs + strideMs, this.#rules.nextMs(nowMs));
      this.clock.advance(targetMs - nowMs);
      // Timers start work that goes on by itself (sealing, for example): it gets its turn.
      await yieldToEventLoop();
      await this.#rules.evaluateAt(targetMs);
    }
  }

  /** Sends samples as one request; the batch tells what was refused. */
  async append(samples: readonly ScriptSample[]): Promise<Batch> {
    const { pipeline } = this.tenant;
    const { resolver } = pipeline;
    const batch = new Batch(Math.max(1, samples.length));
    samples.forEach(({ labels, timestampMs, value, startMs }, point) => {
      batch.pointCount = point + 1;
      const seriesId = resolver.resolve(labels);
      if (typeof seriesId !== 'number') {
        batch.rejections.reject(point, seriesId, () => resolver.describe(seriesId, labels));
        return;
      }
      if (value === undefined) batch.addStale(point, seriesId, timestampMs);
      else if (typeof value !== 'number') batch.addHistogram(point, seriesId, timestampMs, value);
      else {
        const row = batch.add(point, seriesId, timestampMs, value);
        if (startMs !== undefined) batch.markDelta(row, startMs);
      }
    });
    const fault = await pipeline.consume(batch);
    if (fault !== undefined) throw new Error(`the store refused the request: ${fault.message}`);
    return batch;
  }

  /** Sends events as one request in JSON. */
  async sendEvents(events: readonly object[]): Promise<EventBatch> {
    const bytes = new TextEncoder().encode(JSON.stringify(events));
    return mustBe(await this.tenant.doors.events.acceptJson(bytes));
  }

  get #dir(): string {
    return join(this.#place.dataDir, String(this.#generation));
  }

  async #open(): Promise<void> {
    const { clock, config } = this;
    mkdirSync(this.#dir, { recursive: true });
    this.#telemetry = new Telemetry();
    const tables = this.#place.lookupTables?.(config, this.#configDir);
    const lookupTables = tables === undefined ? undefined : mustBe(tables);
    const tenant = mustBe(
      await openTenant(
        'script',
        { config, dataDir: this.#dir, ruleGroups: [], lookupTables },
        { clock, logger: silentLogger, telemetry: this.#telemetry },
        randomHashKey(),
      ),
    );
    this.#tenant = tenant;
    for (const { name } of config.views) {
      tenant.events.engine.listen(name, (result) => this.results.take(result));
    }
    this.#rules = this.#rules.reopened({
      context: {
        engine: tenant.doors.engine,
        externalLabels: new Map(Object.entries(config.rules.external_labels)),
        externalUrl: config.rules.external_url,
      },
      consumer: tenant.pipeline,
      resolver: tenant.pipeline.resolver,
      clock,
      logger: silentLogger,
      telemetry: this.#telemetry,
    });
  }
}

/** Signals are watched when the configuration speaks of that: series that nobody asked for would be in the way. */
function watchesAtAll(content: string): boolean {
  const tree: unknown = parseYaml(content);
  return typeof tree === 'object' && tree !== null && 'watch' in tree;
}

function withoutWatch(config: Config): Config {
  return { ...config, watch: { ...config.watch, enabled: false } };
}

function mustBe<T>(value: T | Fault): T {
  if (isFault(value)) throw new Error(value.message);
  return value;
}
