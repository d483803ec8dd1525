import type { PanelScreenshotContext } from '@grafana/data';

/** The panel's canvas as a picture: on its background, since formats such as JPEG have no transparency. */
export async function takePicture({ element, format }: PanelScreenshotContext): Promise<Blob | null> {
  const canvas = element.querySelector('canvas');
  if (canvas === null) return null;
  const picture = document.createElement('canvas');
  picture.width = canvas.width;
  picture.height = canvas.height;
  const context = picture.getContext('2d');
  if (context === null) return null;
  context.fillStyle = backgroundOf(element);
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve) => {
    picture.toBlob(resolve, `image/${format}`, format === 'png' ? undefined : 0.92);
  });
}

function backgroundOf(element: HTMLElement): string {
  for (let each: HTMLElement | null = element; each !== null; each = each.parentElement) {
    const colour = getComputedStyle(each).backgroundColor;
    if (colour !== '' && colour !== 'transparent' && !/^rgba\(.*,\s*0\)$/.test(colour)) return colour;
  }
  return '#ffffff';
}
