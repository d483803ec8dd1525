import { locationService } from '@grafana/runtime';
import { useSyncExternalStore } from 'react';

export interface Place {
  /** Parts of the path: `['d', 'statbar-launch']`. */
  readonly path: readonly string[];
  readonly parameters: URLSearchParams;
}

const subscribe = (listener: () => void): (() => void) =>
  locationService.getHistory().listen(() => listener());
let last: { readonly key: string; readonly place: Place } | undefined;

/** Where the page is; a plugin that changes the address through `locationService` changes it, too. */
export function usePlace(): Place {
  return useSyncExternalStore(subscribe, place);
}

export function place(): Place {
  const { pathname, search } = locationService.getLocation();
  const key = pathname + search;
  if (last !== undefined && last.key === key) return last.place;
  const parts = pathname.split('/').filter((part: string) => part !== '');
  const found = { path: parts, parameters: new URLSearchParams(search) };
  last = { key, place: found };
  return found;
}

declare global {
  interface Window {
    /** For tests: to another place without loading the page again. */
    hostNavigate?: (path: string) => void;
  }
}

window.hostNavigate = (path) => locationService.push(path);

/** Links to this page are followed without loading it again. */
export function followLinks(): void {
  document.addEventListener('click', (event) => {
    const link = (event.target as Element | null)?.closest('a');
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!link || !isPlain || link.target === '_blank' || event.defaultPrevented) return;
    const url = new URL(link.href, location.href);
    const isHere = url.origin === location.origin && url.protocol === location.protocol;
    if (!isHere || link.hasAttribute('download') || !link.hasAttribute('href')) return;
    if (url.pathname.startsWith('/public/')) return;
    event.preventDefault();
    locationService.push(url.pathname + url.search);
  });
}
