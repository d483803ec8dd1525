import type { PanelData } from '@grafana/data';

/** The last answer of each panel, by its id: for the inspector, the editor and tests (`window.hostPanelData`). */
export const panelData = new Map<number, PanelData>();

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
