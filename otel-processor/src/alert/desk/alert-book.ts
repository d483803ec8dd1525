import type { Counter, Telemetry } from '../../base/index.ts';
import { fingerprintOf } from '../fingerprint.ts';
import type { IncomingAlert } from '../types.ts';
import type { AlertDocument } from './docs.ts';
import { type FlapRule, nextFlap, steady } from './next-flap.ts';
import type { Table } from './tables.ts';

export interface AlertBookRules {
  readonly flap: FlapRule;
  readonly alertsMax: number;
}

export type AlertTransition = 'fired' | 'resolved' | 'flapping' | 'steady' | 'updated';

/** All alerts by their labels, from rules and from outside: which fire, since when, and until when if not told again. */
export class AlertBook {
  readonly #alerts: Table<AlertDocument>;
  #rules: AlertBookRules;
  readonly #refused: Counter;
  /** Alerts that end by themselves, and ones whose resolve is held back. */
  readonly #expiring = new Set<string>();
  readonly #held = new Set<string>();
  #firing = 0;

  constructor(alerts: Table<AlertDocument>, rules: AlertBookRules, telemetry: Telemetry) {
    this.#alerts = alerts;
    this.#rules = rules;
    this.#refused = telemetry.counter(
      'statbar_alert_limit_total',
      'Things of alerting that were over a limit.',
      {
        limit: 'alerts_max',
      },
    );
  }

  setRules(rules: AlertBookRules): void {
    this.#rules = rules;
  }

  get firingCount(): number {
    return this.#firing;
  }

  /** After the table was read back: alerts from outside get time to be sent again. */
  recover(nowMs: number, graceMs: number): void {
    for (const alert of [...this.#alerts.values()]) {
      if (alert.state !== 'firing') continue;
      this.#firing += 1;
      if (alert.expiresAtMs !== undefined) {
        // Not logged: the next start gives it that time again.
        this.#put({ ...alert, expiresAtMs: Math.max(alert.expiresAtMs, nowMs + graceMs) }, true);
      }
      if (alert.flap.awaySinceMs !== undefined) this.#held.add(alert.fingerprint);
    }
  }

  get(fingerprint: string): AlertDocument | undefined {
    return this.#alerts.get(fingerprint);
  }

  /** Takes an alert as its source tells it. Undefined: nothing to do, or over the limit. */
  take(
    source: string,
    incoming: IncomingAlert,
    nowMs: number,
  ): { readonly alert: AlertDocument; readonly transition: AlertTransition } | undefined {
    const fingerprint = fingerprintOf(incoming.labels);
    const before = this.#alerts.get(fingerprint);
    const holds = incoming.endsAtMs === undefined || incoming.endsAtMs > nowMs;
    if (!holds) {
      return before?.state === 'firing' ? this.away(before, incoming.endsAtMs ?? nowMs, nowMs) : undefined;
    }
    if (before === undefined && this.#alerts.size >= this.#rules.alertsMax) {
      this.#refused.add(1);
      return undefined;
    }
    const fires = before?.state === 'firing';
    const { standing } = nextFlap(this.#rules.flap, before?.flap ?? steady, true, nowMs);
    const { labels, annotations, value, startsAtMs, expiresAtMs, generatorUrl, expression } = incoming;
    const { keepFiringSinceMs } = incoming;
    const alert: AlertDocument = {
      fingerprint,
      source,
      labels,
      annotations,
      state: 'firing',
      value,
      startsAtMs: fires ? Math.min(before.startsAtMs, startsAtMs) : startsAtMs,
      endsAtMs: undefined,
      expiresAtMs,
      updatedAtMs: nowMs,
      generatorUrl,
      expression,
      ...(keepFiringSinceMs === undefined ? {} : { keepFiringSinceMs }),
      flap: standing,
    };
    this.#held.delete(fingerprint);
    // Sent again, and nothing new: a start gives it its time anew, so the log need not know.
    this.#put(alert, before !== undefined && fires && sameBut(before, alert));
    if (!fires) this.#firing += 1;
    const transition = fires ? 'updated' : 'fired';
    return { alert, transition };
  }

  /** The condition of a firing alert has gone: it resolves, unless it is flapping. */
  away(
    before: AlertDocument,
    endsAtMs: number,
    nowMs: number,
  ): { readonly alert: AlertDocument; readonly transition: AlertTransition } | undefined {
    const { standing, resolve, reason } = nextFlap(this.#rules.flap, before.flap, false, nowMs);
    const { fingerprint } = before;
    if (!resolve) {
      this.#held.add(fingerprint);
      this.#expiring.delete(fingerprint);
      if (reason === 'held' && before.flap.awaySinceMs !== undefined) return undefined;
      const alert: AlertDocument = { ...before, flap: standing, expiresAtMs: undefined, updatedAtMs: nowMs };
      this.#alerts.put(fingerprint, alert);
      return { alert, transition: reason === 'became_flapping' ? 'flapping' : 'updated' };
    }
    this.#held.delete(fingerprint);
    this.#expiring.delete(fingerprint);
    const alert: AlertDocument = {
      ...before,
      state: 'resolved',
      endsAtMs: Math.max(before.startsAtMs, before.flap.awaySinceMs ?? endsAtMs),
      expiresAtMs: undefined,
      updatedAtMs: nowMs,
      flap: standing,
    };
    this.#alerts.put(fingerprint, alert);
    this.#firing -= 1;
    return { alert, transition: 'resolved' };
  }

  /** Alerts whose time has come: not told again, or away for long enough. */
  due(nowMs: number): AlertDocument[] {
    const due: AlertDocument[] = [];
    for (const fingerprint of this.#expiring) {
      const alert = this.#alerts.get(fingerprint);
      if (alert?.expiresAtMs !== undefined && alert.expiresAtMs <= nowMs) due.push(alert);
    }
    for (const fingerprint of this.#held) {
      const alert = this.#alerts.get(fingerprint);
      if (alert?.flap.awaySinceMs === undefined) continue;
      if (nowMs - alert.flap.awaySinceMs >= this.#rules.flap.quietMs) due.push(alert);
    }
    return due;
  }

  /** Forgets resolved alerts that no open group has and whose flapping is of no interest any more. */
  collect(nowMs: number, isHeld: (fingerprint: string) => boolean): string[] {
    const gone: string[] = [];
    for (const { fingerprint, state, updatedAtMs } of this.#alerts.values()) {
      if (state === 'firing' || isHeld(fingerprint)) continue;
      if (nowMs - updatedAtMs >= this.#rules.flap.windowMs) gone.push(fingerprint);
    }
    for (const fingerprint of gone) this.#alerts.remove(fingerprint);
    return gone;
  }

  #put(alert: AlertDocument, isVolatile = false): void {
    if (isVolatile) this.#alerts.touch(alert.fingerprint, alert);
    else this.#alerts.put(alert.fingerprint, alert);
    if (alert.expiresAtMs === undefined) this.#expiring.delete(alert.fingerprint);
    else this.#expiring.add(alert.fingerprint);
  }
}

/** Equal in everything but when it was told last, and until when that holds. */
function sameBut(a: AlertDocument, b: AlertDocument): boolean {
  const isFlapEqual = a.flap === b.flap && a.keepFiringSinceMs === b.keepFiringSinceMs;
  const isSame = a.source === b.source && a.startsAtMs === b.startsAtMs && a.generatorUrl === b.generatorUrl;
  return isFlapEqual && isSame && sameTexts(a.annotations, b.annotations);
}

function sameTexts(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
