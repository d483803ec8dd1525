export interface UserAgent {
  readonly device: 'desktop' | 'mobile' | 'tablet' | 'tv' | 'bot' | 'other';
  /** Family of the browser or program; `other` when it is none of those known here. */
  readonly browser: string;
  /** Family of the operating system. */
  readonly os: string;
}

type Rule = readonly [pattern: RegExp, family: string];

/** In order: browsers name those that they descend from, so the descendants come first. */
const browsers: readonly Rule[] = [
  [/\b(?:Edg|EdgA|EdgiOS|Edge)\//, 'Edge'],
  [/\b(?:OPR|Opera|OPiOS)\b/, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Vivaldi)\//, 'Vivaldi'],
  [/\bYaBrowser\//, 'Yandex'],
  [/\bUCBrowser\//, 'UC Browser'],
  [/\bDuckDuckGo\//, 'DuckDuckGo'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\bElectron\//, 'Electron'],
  [/\b(?:HeadlessChrome)\//, 'Headless Chrome'],
  [/; wv\).*\bChrome\//, 'Android WebView'],
  [/\b(?:Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ .*\bSafari\//, 'Safari'],
  [/\b(?:iPhone|iPad|iPod|Macintosh)\b.*\bAppleWebKit\//, 'Apple WebView'],
  [/\b(?:MSIE |Trident\/)/, 'Internet Explorer'],
  [/^okhttp\//i, 'OkHttp'],
  [/\bCFNetwork\//, 'CFNetwork'],
  [/^Dalvik\//, 'Dalvik'],
  [/^curl\//, 'curl'],
  [/^Wget\//, 'Wget'],
  [/^(?:python-requests|python-urllib|aiohttp|python-httpx)\b/i, 'Python'],
  [/^Go-http-client\//, 'Go'],
  [/^(?:Java|Apache-HttpClient)\//, 'Java'],
  [/^(?:node|undici|axios|node-fetch)\b/i, 'Node.js'],
  [/^PostmanRuntime\//, 'Postman'],
];

const systems: readonly Rule[] = [
  [/\b(?:iPhone|iPad|iPod)\b|\bCPU (?:iPhone )?OS \d/, 'iOS'],
  [/\bAndroid\b|^Dalvik\//, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\b(?:Macintosh|Mac OS X|Darwin)\b/, 'macOS'],
  [/\b(?:Tizen)\b/, 'Tizen'],
  [/\bWeb0S\b/, 'webOS'],
  [/\bLinux\b|\bX11\b/, 'Linux'],
];

const bot = /bot\b|crawl|spider|slurp|facebookexternalhit|preview|monitor|pingdom|lighthouse|HeadlessChrome/i;
const tv = /\b(?:SmartTV|SMART-TV|AppleTV|GoogleTV|BRAVIA|Web0S|CrKey|AFT[A-Z])|\bTV\b/;
const programs = new Set([
  'OkHttp',
  'CFNetwork',
  'curl',
  'Wget',
  'Python',
  'Go',
  'Java',
  'Node.js',
  'Postman',
]);
/** More than any browser sends; the rest of a longer text is not looked at. */
const LENGTH_MAX = 512;

/**
 * Families, not versions: a small table of what most people use, read off the product tokens (RFC 9110, section
 * 10.1.5). What it does not know is `other`, never a guess.
 */
export function parseUserAgent(text: string): UserAgent {
  const agent = text.slice(0, LENGTH_MAX);
  const browser = familyOf(browsers, agent);
  const os = familyOf(systems, agent);
  return { device: deviceOf(agent, browser, os), browser, os };
}

function familyOf(rules: readonly Rule[], agent: string): string {
  return rules.find(([pattern]) => pattern.test(agent))?.[1] ?? 'other';
}

function deviceOf(agent: string, browser: string, os: string): UserAgent['device'] {
  if (bot.test(agent)) return 'bot';
  if (tv.test(agent)) return 'tv';
  if (/\biPad\b|\bTablet\b/.test(agent)) return 'tablet';
  // Android says `Mobile` on telephones and leaves it out on tablets.
  if (os === 'Android') return /\bMobile\b/.test(agent) || browser === 'Dalvik' ? 'mobile' : 'tablet';
  if (os === 'iOS' || /\bMobile\b/.test(agent)) return 'mobile';
  if (programs.has(browser) || os === 'other') return 'other';
  return 'desktop';
}
