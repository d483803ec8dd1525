import { LabelSet } from '../model/index.ts';
import type { AlertInstance } from './rule-evaluation.ts';
import type { AlertingRule } from './rule-file.ts';
import type { IncomingAlert } from './types.ts';

/** An alert of a rule as it was when the process ended. */
export interface StoredAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly value: number | undefined;
  readonly startsAtMs: number;
  readonly keepFiringSinceMs?: number | undefined;
}

/** What a sink knows of an alert that it holds for firing. */
interface Told {
  readonly labels: LabelSet;
  readonly keepFiringSinceMs: number | undefined;
}

/** Where rules tell which of their alerts fire and which have ended. */
export interface AlertSink {
  observe(source: string, alerts: readonly IncomingAlert[]): Promise<unknown>;
  /** What a source had told and not taken back. */
  stored(source: string): readonly StoredAlert[];
}

/** What a rule is called as a source of alerts. */
export function sourceOf(file: string, group: string, rule: AlertingRule, index: number): string {
  return `rule:${file};${group};${index};${rule.alert}`;
}

/** Tells a sink about the firing alerts of one rule: each beginning, each end and each change of `keep_firing_for` once. */
export class AlertReports {
  readonly source: string;
  readonly #rule: AlertingRule;
  readonly #sink: AlertSink;
  readonly #url: string;
  /** Alerts that the sink holds for firing, by the key of their labels. */
  readonly #told = new Map<string, Told>();

  constructor(source: string, rule: AlertingRule, sink: AlertSink, externalUrl: string) {
    this.source = source;
    this.#rule = rule;
    this.#sink = sink;
    const query = new URLSearchParams({ query: rule.expression });
    this.#url = `${externalUrl.replace(/\/+$/, '')}/api/v1/query?${query}`;
  }

  /** The alerts that fired when the process ended, as instances to go on from. */
  restore(): ReadonlyMap<string, AlertInstance> {
    const instances = new Map<string, AlertInstance>();
    const added = new Set([...this.#rule.labels.keys(), 'alertname']);
    for (const stored of this.#sink.stored(this.source)) {
      const labels = LabelSet.from(stored.labels);
      const { keepFiringSinceMs } = stored;
      this.#told.set(labels.key, { labels, keepFiringSinceMs });
      instances.set(labels.key, {
        labels,
        elementKey: labels.without(added).key,
        annotations: new Map(Object.entries(stored.annotations)),
        value: stored.value ?? Number.NaN,
        standing: {
          state: 'firing',
          activeAtMs: stored.startsAtMs - this.#rule.forMs,
          firedAtMs: stored.startsAtMs,
          resolvedAtMs: undefined,
          keepFiringSinceMs,
        },
      });
    }
    return instances;
  }

  /** What changed with an evaluation. Alerts that wait again only because of a limit are not taken back. */
  async report(instances: ReadonlyMap<string, AlertInstance>, timeMs: number): Promise<void> {
    const changes: IncomingAlert[] = [];
    for (const [key, instance] of instances) {
      const { state, keepFiringSinceMs } = instance.standing;
      if (state !== 'firing') continue;
      const told = this.#told.get(key);
      if (told !== undefined && told.keepFiringSinceMs === keepFiringSinceMs) continue;
      this.#told.set(key, { labels: instance.labels, keepFiringSinceMs });
      changes.push(this.#incoming(instance, undefined));
    }
    for (const [key, { labels }] of this.#told) {
      const instance = instances.get(key);
      if (instance !== undefined && instance.standing.state !== 'inactive') continue;
      this.#told.delete(key);
      const endsAtMs = instance?.standing.resolvedAtMs ?? timeMs;
      changes.push(
        instance === undefined ? this.#ended(labels, endsAtMs) : this.#incoming(instance, endsAtMs),
      );
    }
    if (changes.length > 0) await this.#sink.observe(this.source, changes);
  }

  /** Goes on for another's rule, which tells nothing any more: what it has told counts as told, under this name from now on. */
  async takeOver(other: AlertReports, instances: ReadonlyMap<string, AlertInstance>): Promise<void> {
    const told = [...other.#told];
    other.#told.clear();
    if (other.source === this.source) for (const [key, each] of told) this.#told.set(key, each);
    else await this.report(instances, 0);
  }

  #incoming(instance: AlertInstance, endsAtMs: number | undefined): IncomingAlert {
    const { labels, annotations, value, standing } = instance;
    return {
      labels: labels.toRecord(),
      annotations: Object.fromEntries(annotations),
      value,
      startsAtMs: standing.firedAtMs ?? standing.activeAtMs,
      endsAtMs,
      expiresAtMs: undefined,
      generatorUrl: this.#url,
      expression: this.#rule.expression,
      keepFiringSinceMs: standing.keepFiringSinceMs,
    };
  }

  #ended(labels: LabelSet, endsAtMs: number): IncomingAlert {
    return {
      labels: labels.toRecord(),
      annotations: {},
      value: undefined,
      startsAtMs: endsAtMs,
      endsAtMs,
      expiresAtMs: undefined,
      generatorUrl: this.#url,
      expression: this.#rule.expression,
    };
  }
}
