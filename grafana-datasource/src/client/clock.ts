/** The one place of the plugin that takes the time of day. */
export function nowMs(): number {
  return Date.now();
}
