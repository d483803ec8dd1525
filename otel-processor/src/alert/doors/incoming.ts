import type { LabelRecord } from '../../model/index.ts';
import type { IncomingAlert } from '../types.ts';

const LABELS_MAX = 200;
const TEXT_LENGTH_MAX = 16 * 1024;

export interface IncomingTimes {
  readonly nowMs: number;
  /** Alerts that have no end and are not sent again end after so long. */
  readonly resolveTimeoutMs: number;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Body of `POST /api/v2/alerts` (Alertmanager, openapi.yaml, postableAlerts); a sentence says what is wrong with it. Times:
 * without a start it is now; without an end the alert expires.
 */
export function readPostedAlerts(body: unknown, times: IncomingTimes): readonly IncomingAlert[] | string {
  if (!Array.isArray(body)) return 'expected a list of alerts';
  const alerts: IncomingAlert[] = [];
  for (const [i, each] of body.entries()) {
    const alert = isRecord(each) ? readAlert(each, times) : 'expected an object';
    if (typeof alert === 'string') return `alert ${i + 1}: ${alert}`;
    alerts.push(alert);
  }
  return alerts;
}

/** Body that Alertmanager and Grafana post to webhooks (alertmanager docs, "webhook_config"; Grafana adds fields). */
export function readWebhookAlerts(body: unknown, times: IncomingTimes): readonly IncomingAlert[] | string {
  if (!isRecord(body) || !Array.isArray(body['alerts'])) return 'expected an object with the list "alerts"';
  const alerts: IncomingAlert[] = [];
  for (const [i, each] of body['alerts'].entries()) {
    if (!isRecord(each)) return `alert ${i + 1}: expected an object`;
    const resolved = each['status'] === 'resolved';
    const alert = readAlert(
      {
        ...each,
        // While it fires the end is a placeholder.
        endsAt: resolved ? each['endsAt'] : undefined,
        annotations: { ...grafanaLinks(each), ...(isRecord(each['annotations']) ? each['annotations'] : {}) },
      },
      times,
    );
    if (typeof alert === 'string') return `alert ${i + 1}: ${alert}`;
    const endsAtMs = resolved ? Math.min(alert.endsAtMs ?? times.nowMs, times.nowMs) : undefined;
    alerts.push({ ...alert, endsAtMs, value: grafanaValue(each) });
  }
  return alerts;
}

function readAlert(raw: Readonly<Record<string, unknown>>, times: IncomingTimes): IncomingAlert | string {
  const labels = readTexts(raw['labels'], 'labels');
  if (typeof labels === 'string') return labels;
  if (Object.keys(labels).length === 0) return 'at least one label pair required';
  const annotations = readTexts(raw['annotations'] ?? {}, 'annotations');
  if (typeof annotations === 'string') return annotations;
  const startsAtMs = readTime(raw['startsAt']);
  const endsAtMs = readTime(raw['endsAt']);
  if (startsAtMs === false) return 'startsAt: expected a time (RFC 3339)';
  if (endsAtMs === false) return 'endsAt: expected a time (RFC 3339)';
  const beganAtMs = startsAtMs ?? Math.min(times.nowMs, endsAtMs ?? times.nowMs);
  if (endsAtMs !== undefined && endsAtMs < beganAtMs) return 'start time must be before end time';
  const isOver = endsAtMs !== undefined && endsAtMs <= times.nowMs;
  return {
    labels,
    annotations,
    value: undefined,
    startsAtMs: beganAtMs,
    endsAtMs: isOver ? endsAtMs : undefined,
    expiresAtMs: isOver ? undefined : (endsAtMs ?? times.nowMs + times.resolveTimeoutMs),
    generatorUrl:
      typeof raw['generatorURL'] === 'string' ? raw['generatorURL'].slice(0, TEXT_LENGTH_MAX) : '',
    expression: undefined,
  };
}

/** Texts by name; empty ones are as good as none. */
function readTexts(value: unknown, key: string): LabelRecord | string {
  if (!isRecord(value)) return `${key}: expected an object`;
  const entries = Object.entries(value);
  if (entries.length > LABELS_MAX) return `${key}: more than ${LABELS_MAX}`;
  const texts: Record<string, string> = {};
  for (const [name, text] of entries) {
    if (name === '' || typeof text !== 'string') return `${key}: expected texts by name`;
    if (text.length > TEXT_LENGTH_MAX) return `${key}.${name.slice(0, 100)}: too long`;
    if (text !== '') texts[name] = text;
  }
  return texts;
}

/** Undefined: absent, or Go's zero time. False: no time at all. */
function readTime(value: unknown): number | undefined | false {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return false;
  const timeMs = Date.parse(value);
  if (Number.isNaN(timeMs)) return false;
  return timeMs <= 0 ? undefined : timeMs;
}

function grafanaLinks(raw: Readonly<Record<string, unknown>>): Record<string, string> {
  const links: Record<string, string> = {};
  if (typeof raw['dashboardURL'] === 'string') links['dashboard_url'] = raw['dashboardURL'];
  if (typeof raw['panelURL'] === 'string') links['link_panel'] = raw['panelURL'];
  return links;
}

/** The only value, or the one that is called B or C as in Grafana's own rules. */
function grafanaValue(raw: Readonly<Record<string, unknown>>): number | undefined {
  const { values } = raw;
  if (!isRecord(values)) return undefined;
  const numbers = Object.values(values).filter((value) => typeof value === 'number');
  const chosen = numbers.length === 1 ? numbers[0] : (values['B'] ?? values['C']);
  return typeof chosen === 'number' ? chosen : undefined;
}
