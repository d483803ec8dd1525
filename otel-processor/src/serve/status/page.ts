/** The status page: self-contained, allowed to load and run nothing but itself. */
export function statusPage(): { html: string; headers: Record<string, string> } {
  return {
    html: '<!doctype html><meta charset="utf-8"><title>StatBar</title><h1>StatBar</h1>',
    headers: { 'Content-Type': 'text/html; charset=utf-8' },
  };
}
