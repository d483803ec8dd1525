import { FaultError, isFault } from '../../base/index.ts';
import { createMatcher, type LabelRecord, type Matcher } from '../../model/index.ts';
import { matchesAll } from '../matchers.ts';
import type { AlertDocument, MatcherDocument, SilenceDocument } from './docs.ts';

export interface InhibitRule {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly string[];
}

interface ActiveSilence {
  readonly document: SilenceDocument;
  readonly matchers: readonly Matcher[];
}

/** What holds alerts back: silences in force, and other alerts that make them redundant. */
export class Mutes {
  #rules: readonly InhibitRule[] = [];
  readonly #silences = new Map<string, ActiveSilence>();
  /** Per rule: by the values of `equal`, the firing alerts that inhibit. */
  #sources: readonly Map<string, Map<string, LabelRecord>>[] = [];
  readonly #seen = new Map<string, { readonly generation: number; readonly ids: readonly string[] }>();
  #generation = 0;

  constructor(rules: readonly InhibitRule[]) {
    this.setRules(rules, []);
  }

  /** Other rules from now on, over these alerts. */
  setRules(rules: readonly InhibitRule[], alerts: Iterable<AlertDocument>): void {
    this.#rules = rules;
    this.#sources = rules.map(() => new Map());
    for (const alert of alerts) if (alert.state === 'firing') this.note(alert);
    this.#changed();
  }

  /** Changes whenever the answers may. */
  get generation(): number {
    return this.#generation;
  }

  /** Takes over the silences that are in force at `nowMs`; the moment of the next change, or undefined. */
  refresh(silences: Iterable<SilenceDocument>, nowMs: number): number | undefined {
    const before = [...this.#silences.values()].map(({ document }) => document);
    this.#silences.clear();
    let nextMs: number | undefined;
    for (const document of silences) {
      const changeMs = document.startsAtMs > nowMs ? document.startsAtMs : document.endsAtMs;
      if (changeMs > nowMs) nextMs = Math.min(nextMs ?? changeMs, changeMs);
      if (document.startsAtMs <= nowMs && nowMs < document.endsAtMs) {
        this.#silences.set(document.id, { document, matchers: document.matchers.map(compileMatcher) });
      }
    }
    const after = [...this.#silences.values()].map(({ document }) => document);
    if (after.length !== before.length || after.some((document, i) => document !== before[i]))
      this.#changed();
    return nextMs;
  }

  /** Ids of the silences in force on this alert. */
  silencesOf(alert: AlertDocument): readonly string[] {
    if (this.#silences.size === 0) return none;
    const seen = this.#seen.get(alert.fingerprint);
    if (seen?.generation === this.#generation) return seen.ids;
    const ids: string[] = [];
    for (const [id, { matchers }] of this.#silences) if (matchesAll(matchers, alert.labels)) ids.push(id);
    this.#seen.set(alert.fingerprint, { generation: this.#generation, ids });
    return ids;
  }

  /** Fingerprints of alerts that inhibit this one. One that is source and target of a rule is not inhibited by such. */
  inhibitorsOf(alert: AlertDocument): readonly string[] {
    if (this.#rules.length === 0) return none;
    const found: string[] = [];
    this.#rules.forEach((rule, i) => {
      const sources = this.#sources[i].get(equalKey(rule, alert.labels));
      if (sources === undefined || !matchesAll(rule.target, alert.labels)) return;
      const both = matchesAll(rule.source, alert.labels);
      for (const [fingerprint, labels] of sources) {
        if (fingerprint === alert.fingerprint || (both && matchesAll(rule.target, labels))) continue;
        found.push(fingerprint);
      }
    });
    return found;
  }

  /** An alert fires or has resolved. True when that may inhibit others. */
  note(alert: AlertDocument): boolean {
    let matters = false;
    this.#rules.forEach((rule, i) => {
      if (!matchesAll(rule.source, alert.labels)) return;
      matters = true;
      const key = equalKey(rule, alert.labels);
      const sources = this.#sources[i];
      const held = sources.get(key) ?? new Map<string, LabelRecord>();
      if (alert.state === 'firing') held.set(alert.fingerprint, alert.labels);
      else held.delete(alert.fingerprint);
      if (held.size > 0) sources.set(key, held);
      else sources.delete(key);
    });
    if (matters) this.#changed();
    return matters;
  }

  forget(fingerprint: string): void {
    this.#seen.delete(fingerprint);
  }

  #changed(): void {
    this.#generation += 1;
  }
}

const none: readonly string[] = [];

function equalKey(rule: InhibitRule, labels: LabelRecord): string {
  return rule.equal.map((name) => `${(labels[name] ?? '').length}:${labels[name] ?? ''}`).join('');
}

export function compileMatcher({ type, name, value }: MatcherDocument): Matcher {
  const matcher = createMatcher(type, name, value);
  if (isFault(matcher)) throw new FaultError(matcher);
  return matcher;
}
