export type ChartTheme = 'light' | 'dark';

export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly quiet: string;
  readonly grid: string;
  readonly lines: readonly string[];
  readonly band: string;
  readonly expected: string;
  readonly threshold: string;
  readonly firing: string;
}

/** Lines are of Okabe and Ito's set, which most colour-blind people can tell apart. */
export const palettes: Readonly<Record<ChartTheme, Palette>> = {
  light: {
    background: '#ffffff',
    text: '#1d1c1d',
    quiet: '#616061',
    grid: '#e3e3e3',
    lines: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#b8860b', '#56b4e9', '#6a3d9a', '#7f7f7f'],
    band: '#0072b2',
    expected: '#5b7f95',
    threshold: '#c4314b',
    firing: '#c4314b',
  },
  dark: {
    background: '#1a1d21',
    text: '#f0f0f0',
    quiet: '#b5b5b5',
    grid: '#383b40',
    lines: ['#56b4e9', '#e69f00', '#2bbf96', '#e39ac5', '#f0e442', '#8fb8ff', '#b39ddb', '#bdbdbd'],
    band: '#56b4e9',
    expected: '#9db8c8',
    threshold: '#ff7a8a',
    firing: '#ff7a8a',
  },
};
