import { writeFileSync } from 'node:fs';
import { Resvg } from '@resvg/resvg-js';

/* The two icons of the Teams app: 192 pixels in colour, 32 pixels white on nothing. `node chatops-bot/scripts/write-teams-icons.ts` */

const bars = (color: string): string =>
  [
    [6, 18, 8],
    [13, 11, 15],
    [20, 5, 21],
  ]
    .map(
      ([x, y, height]) => `<rect x="${x}" y="${y}" width="5" height="${height}" rx="1.5" fill="${color}"/>`,
    )
    .join('');

function write(name: string, size: number, content: string): void {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 32 32">${content}</svg>`;
  writeFileSync(new URL(`../teams-app/${name}`, import.meta.url), new Resvg(svg).render().asPng());
}

write('color.png', 192, `<rect width="32" height="32" fill="#1F6FEB"/>${bars('#FFFFFF')}`);
write('outline.png', 32, bars('#FFFFFF'));
