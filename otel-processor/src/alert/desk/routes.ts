import { FaultError, isFault } from '../../base/index.ts';
import type { LabelRecord, Matcher } from '../../model/index.ts';
import type { RouteConfig } from '../config.ts';
import { matcherText, matchesAll, parseMatcherTexts } from '../matchers.ts';

/** A route with everything that it takes from its parents. */
export interface Route {
  /** The matchers on the way to it, and its place among its siblings: `{}/{severity="page"}#0`. */
  readonly id: string;
  /** Empty: nobody. */
  readonly receiver: string;
  /** `all`: every label. */
  readonly groupBy: readonly string[] | 'all';
  readonly waitMs: number;
  readonly intervalMs: number;
  readonly repeatMs: number;
  readonly escalation: string | undefined;
  readonly muteTimings: readonly string[];
  readonly activeTimings: readonly string[];
  readonly matchers: readonly Matcher[];
  readonly goesOn: boolean;
  readonly children: readonly Route[];
}

const defaults = { waitMs: 10_000, intervalMs: 300_000, repeatMs: 4 * 3_600_000 };

/** The tree of routes; matchers were checked with the configuration. */
export function compileRoutes(root: RouteConfig): Route {
  return compile(root, undefined, '', 0);
}

function compile(config: RouteConfig, parent: Route | undefined, path: string, index: number): Route {
  const matchers = compileMatchers(config.matchers);
  const id = `${path}{${matchers.map(matcherText).join(',')}}${parent === undefined ? '' : `#${index}`}`;
  const groupBy =
    config.group_by === undefined
      ? (parent?.groupBy ?? ['alertname'])
      : config.group_by.includes('...')
        ? 'all'
        : [...config.group_by].sort();
  const route: Route = {
    id,
    receiver: config.receiver ?? parent?.receiver ?? '',
    groupBy,
    waitMs: config.group_wait ?? parent?.waitMs ?? defaults.waitMs,
    intervalMs: config.group_interval ?? parent?.intervalMs ?? defaults.intervalMs,
    repeatMs: config.repeat_interval ?? parent?.repeatMs ?? defaults.repeatMs,
    escalation: config.escalation ?? parent?.escalation,
    muteTimings: config.mute_timings,
    activeTimings: config.active_timings,
    matchers,
    goesOn: config.continue,
    children: [],
  };
  return { ...route, children: config.routes.map((child, i) => compile(child, route, `${id}/`, i)) };
}

export function compileMatchers(texts: readonly string[]): readonly Matcher[] {
  const matchers = parseMatcherTexts(texts);
  if (isFault(matchers)) throw new FaultError(matchers);
  return matchers;
}

/** The routes that an alert takes: the deepest that match, and with `continue` further ones (Alertmanager, "Routing tree"). */
export function routesOf(root: Route, labels: LabelRecord): readonly Route[] {
  if (!matchesAll(root.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of root.children) {
    const taken = routesOf(child, labels);
    found.push(...taken);
    if (taken.length > 0 && !child.goesOn) break;
  }
  return found.length > 0 ? found : [root];
}

export function allRoutes(root: Route): readonly Route[] {
  return [root, ...root.children.flatMap(allRoutes)];
}

export function groupLabelsOf(route: Route, labels: LabelRecord): LabelRecord {
  if (route.groupBy === 'all') return labels;
  const found: Record<string, string> = {};
  for (const name of route.groupBy) if (Object.hasOwn(labels, name)) found[name] = labels[name];
  return found;
}

export function groupKeyOf(route: Route, groupLabels: LabelRecord): string {
  const pairs = Object.entries(groupLabels).sort(([a], [b]) => (a < b ? -1 : 1));
  return `${route.id}:{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`;
}
