import { expect, test } from 'vitest';
import { parseUserAgent } from './user-agent.ts';

const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0.0.0 Safari/537.36`,
    'desktop Chrome Windows',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`,
    'desktop Edge Windows',
  ],
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Version/18.1 Safari/605.1.15`,
    'desktop Safari macOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0', 'desktop Firefox Linux'],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/131.0.0.0 Safari/537.36`,
    'desktop Chrome ChromeOS',
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${webkit} Version/18.1 Mobile/15E148 Safari/604.1`,
    'mobile Safari iOS',
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${webkit} CriOS/131.0 Mobile/15E148 Safari/604.1`,
    'mobile Chrome iOS',
  ],
  [
    `Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) ${webkit} Version/17.6 Mobile/15E148 Safari/604.1`,
    'tablet Safari iOS',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${webkit} Chrome/131.0.0.0 Mobile Safari/537.36`,
    'mobile Chrome Android',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; SM-X910) ${webkit} Chrome/131.0.0.0 Safari/537.36`,
    'tablet Chrome Android',
  ],
  [
    `Mozilla/5.0 (Linux; Android 13; SM-S901B) ${webkit} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`,
    'mobile Samsung Internet Android',
  ],
  [
    `Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) ${webkit} Version/4.0 Chrome/131.0.0.0 Mobile Safari/537.36`,
    'mobile Android WebView Android',
  ],
  [`Mozilla/5.0 (Web0S; Linux/SmartTV) ${webkit} Chrome/87.0.4280.88 Safari/537.36`, 'tv Chrome webOS'],
  ['Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)', 'bot other other'],
  [
    `Mozilla/5.0 (X11; Linux x86_64) ${webkit} HeadlessChrome/131.0.0.0 Safari/537.36`,
    'bot Headless Chrome Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko',
    'desktop Internet Explorer Windows',
  ],
  ['ChatApp/8.12 CFNetwork/1568.200.51 Darwin/24.1.0', 'other CFNetwork macOS'],
  ['okhttp/4.12.0', 'other OkHttp other'],
  ['Dalvik/2.1.0 (Linux; U; Android 14; Pixel 8 Build/AP2A)', 'mobile Dalvik Android'],
  ['curl/8.10.1', 'other curl other'],
  ['python-requests/2.32.3', 'other Python other'],
  ['', 'other other other'],
  ['nothing that anybody knows', 'other other other'],
])('%s', (agent, expected) => {
  const { device, browser, os } = parseUserAgent(agent);
  expect(`${device} ${browser} ${os}`).toBe(expected);
});

test('a text of megabytes is looked at no further than its beginning', () => {
  expect(parseUserAgent(`curl/8 ${'Version/1 '.repeat(300_000)}`).browser).toBe('curl');
});
