import type { PanelData } from '@grafana/data';
import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();

class Answers extends Map<number, PanelData> {
  override set(id: number, data: PanelData): this {
    super.set(id, data);
    for (const listener of listeners) listener();
    return this;
  }
}

/** The last answer of each panel, by its id: for the inspector, the editor and tests (`window.hostPanelData`). */
export const panelData: Map<number, PanelData> = new Answers();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The last answer of a panel that is shown elsewhere. */
export function useAnswer(id: number): PanelData | undefined {
  return useSyncExternalStore(subscribe, () => panelData.get(id));
}

declare global {
  interface Window {
    hostPanelData?: typeof panelData;
  }
}

window.hostPanelData = panelData;

const refreshers = new Map<number, () => void>();

/** Lets the editor ask again for a panel that it shows. */
export const panelEdits = {
  onRefresh(id: number, refresh: () => void): () => void {
    refreshers.set(id, refresh);
    return () => {
      if (refreshers.get(id) === refresh) refreshers.delete(id);
    };
  },
  refresh(id: number): void {
    refreshers.get(id)?.();
  },
};
