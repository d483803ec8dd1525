import type { PanelPlugin } from '@grafana/data';
import type { HostPanel } from '../dashboard-model.ts';

/** A picture of a panel by its plugin's own supplier; undefined when the plugin leaves it to Grafana. */
export async function pictureOf(
  panel: HostPanel,
  plugin: PanelPlugin | undefined,
): Promise<Blob | undefined> {
  const element = document.querySelector<HTMLElement>(`[data-panel-id="${panel.id}"]`);
  if (element === null) return undefined;
  return (await plugin?.onScreenshot?.({ element, format: 'png' })) ?? canvasOf(element);
}

/** Grafana takes a picture of the whole panel; here, of a panel without a supplier, the largest drawing in it. */
function canvasOf(element: HTMLElement): Promise<Blob | undefined> {
  const all = [...element.querySelectorAll('canvas')].sort((a, b) => b.width * b.height - a.width * a.height);
  const [canvas] = all;
  if (canvas === undefined) return Promise.resolve(undefined);
  return new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? undefined)));
}

export async function savePicture(panel: HostPanel, plugin: PanelPlugin | undefined): Promise<void> {
  const picture = await pictureOf(panel, plugin);
  if (picture !== undefined) saveFile(picture, `${panel.title ?? 'panel'}.png`);
}

export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
