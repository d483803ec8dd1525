export type Rgb = readonly [red: number, green: number, blue: number];

export interface Palette {
  readonly id: string;
  readonly name: string;
  /** From dark to light for sequential palettes; from low over the middle to high for diverging ones. */
  readonly stops: readonly string[];
  readonly diverging: boolean;
  /** Told apart by people who lack one kind of cone, since lightness alone orders it. */
  readonly colourBlindSafe: boolean;
}

/**
 * Colour maps: viridis, inferno and magma by S. van der Walt and N. Smith (CC0); cividis by Nuñez, Anderton and Renslow
 * (2018, doi:10.1371/journal.pone.0199239); the others are of one hue, or of two that colour-blind people tell apart.
 */
export const palettes: readonly Palette[] = [
  sequential('cividis', 'Cividis', '00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838'),
  sequential('viridis', 'Viridis', '440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725'),
  sequential('inferno', 'Inferno', '000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4'),
  sequential('magma', 'Magma', '000004 180f3d 440f76 721f81 9e2f7f cd4071 f1605d fd9668 feca8d fcfdbf'),
  sequential('blues', 'Blues', '08224a 0b4a8f 2a7bc4 6aaee0 b3d6f2 eaf4fc'),
  sequential('oranges', 'Oranges', '3d1600 7f2704 c44a06 f0802c fbb77b fef0e0'),
  sequential('greys', 'Greys', '16181d 3d4148 6b7078 9a9fa7 c9cdd3 f4f5f7'),
  {
    id: 'blue-orange',
    name: 'Blue to orange',
    stops: hexes('1f5fa8 6fa3d8 c9d9ea eeeeee f3d3b3 e8954c b3530a'),
    diverging: true,
    colourBlindSafe: true,
  },
];

function sequential(id: string, name: string, stops: string): Palette {
  return { id, name, stops: hexes(stops), diverging: false, colourBlindSafe: true };
}

function hexes(list: string): string[] {
  return list.split(' ').map((hex) => `#${hex}`);
}

export function paletteById(id: string): Palette {
  return palettes.find((palette) => palette.id === id) ?? palettes[0];
}

/** `count` colours from one end of the palette to the other, evenly by OKLab (Ottosson 2020). */
export function paletteColours(palette: Palette, count: number, reverse = false): readonly Rgb[] {
  const stops = palette.stops.map((stop) => toOklab(parseHex(stop)));
  if (reverse) stops.reverse();
  const colours: Rgb[] = [];
  for (let i = 0; i < count; i++) {
    const at = count === 1 ? stops.length - 1 : (i / (count - 1)) * (stops.length - 1);
    const low = Math.min(stops.length - 2, Math.floor(at));
    const part = at - low;
    const [from, to] = [stops[low], stops[low + 1]];
    colours.push(
      fromOklab([
        from[0] + (to[0] - from[0]) * part,
        from[1] + (to[1] - from[1]) * part,
        from[2] + (to[2] - from[2]) * part,
      ]),
    );
  }
  return colours;
}

/** `#rgb`, `#rrggbb` or `rgb(r, g, b)`; undefined for anything else. */
export function parseColour(text: string): Rgb | undefined {
  if (/^#[0-9a-f]{6}([0-9a-f]{2})?$/i.test(text)) return parseHex(text);
  if (/^#[0-9a-f]{3}$/i.test(text)) return parseHex(`#${[...text.slice(1)].map((c) => c + c).join('')}`);
  const parts = /^rgba?\(\s*(\d+)[,\s]+(\d+)[,\s]+(\d+)/.exec(text);
  return parts === null ? undefined : [Number(parts[1]), Number(parts[2]), Number(parts[3])];
}

export function toCss([red, green, blue]: Rgb): string {
  return `rgb(${red}, ${green}, ${blue})`;
}

/** One pixel of an ImageData seen as 32-bit words: all machines that browsers run on are little-endian. */
export function toPixel([red, green, blue]: Rgb, alpha = 255): number {
  return ((alpha << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function parseHex(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1, 7), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

type Lab = readonly [number, number, number];

function toOklab(rgb: Rgb): Lab {
  const [r, g, b] = rgb.map((part) => {
    const c = part / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromOklab([lightness, a, b]: Lab): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    toByte(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    toByte(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    toByte(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function toByte(linear: number): number {
  const c = linear <= 0.0031308 ? linear * 12.92 : 1.055 * Math.max(0, linear) ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, c)) * 255);
}
