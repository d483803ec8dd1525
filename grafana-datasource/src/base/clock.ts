import { dateTime } from '@grafana/data';

/** The time of day as Grafana has it, in milliseconds. The one place of the plugin that takes it. */
export function nowMs(): number {
  return dateTime().valueOf();
}
