import type { AlertGroup } from '@statbar/sdk/wire';
import { isFault } from '../../base/index.ts';
import type { Api } from '../api.ts';
import { alertShell } from '../status/page.ts';

/**
 * `GET /alerts/{id}`: what the link on a card leads to; plain HTML without scripts. Where tokens are asked for, a browser that
 * brings none gets a page that asks for one: links are passed on, so they never carry a permission.
 */
export function addAlertPage(api: Api, tokensRequired: boolean): void {
  if (tokensRequired) {
    api.hono.get('/alerts/:id', async ({ req }, next) => {
      const isBrowser = req.header('accept')?.includes('text/html') === true;
      return isBrowser && req.header('authorization') === undefined ? alertShell() : next();
    });
  }
  api.route(['GET'], '/alerts/:id', 'read', ({ tenant, segment }) => {
    const group = tenant.alerts.group(segment('id'));
    if (isFault(group)) return group;
    return new Response(pageOf(group), {
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
        'Cache-Control': 'no-store',
      },
    });
  });
}

const style =
  'body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
  'table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #8884}' +
  'code{font-size:90%}@media(prefers-color-scheme:dark){body{background:#111;color:#ddd}a{color:#8bf}}';

/** Whatever labels and annotations hold, it is text here. */
export function pageOf(group: AlertGroup): string {
  const { title, state, summary, owner, runbookUrl, links, members, counts, story, acknowledgement } = group;
  const facts = [
    ['State', state],
    ['Owner', owner ?? 'nobody is named'],
    ['Since', timeText(group.firedAtMs ?? group.createdAtMs)],
    ['Acknowledged', acknowledgement === null ? 'no' : `by ${acknowledgement.by.name}`],
    ['Alerts', `${counts.firing} firing, ${counts.resolved} resolved`],
  ];
  const all = [...(runbookUrl === null ? [] : [{ title: 'Runbook', url: runbookUrl }]), ...links];
  return [
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
    `<title>${text(title)}</title><style>${style}</style><h1>${text(title)}</h1><p>${text(summary)}</p>`,
    `<table>${facts.map(([name, value]) => row([name, value])).join('')}</table>`,
    `<p>${all.map(linkText).join(' · ')}</p><h2>Alerts</h2><table>`,
    ...members.map(({ labels, state: standing, value, startsAtMs }) => {
      const shown = Object.entries(labels).map(([name, label]) => `${name}="${label}"`);
      return row([standing, shown.join(' '), value === null ? '' : String(value), timeText(startsAtMs)]);
    }),
    '</table><h2>Story</h2><table>',
    ...story.map((entry) => row([timeText(entry.atMs), entry.text])),
    '</table></html>',
  ].join('\n');
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`;
}

function linkText({ title, url }: { readonly title: string; readonly url: string }): string {
  return /^https?:\/\//i.test(url)
    ? `<a href="${text(url)}" rel="noreferrer">${text(title)}</a>`
    : `${text(title)}: ${text(url)}`;
}

function timeText(timeMs: number): string {
  return new Date(timeMs)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}

function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
