import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';

/** Files of the page by path. They hold no data, so nobody needs a token for them. */
const files: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/assets/style.css': ['style.css', 'text/css; charset=utf-8'],
  '/assets/icon.svg': ['icon.svg', 'image/svg+xml'],
  '/assets/alert.js': ['alert.js', 'text/javascript; charset=utf-8'],
  '/assets/main.js': ['main.js', 'text/javascript; charset=utf-8'],
  '/assets/api.js': ['api.js', 'text/javascript; charset=utf-8'],
  '/assets/chart.js': ['chart.js', 'text/javascript; charset=utf-8'],
  '/assets/explore.js': ['explore.js', 'text/javascript; charset=utf-8'],
  '/assets/format.js': ['format.js', 'text/javascript; charset=utf-8'],
  '/assets/snippets.js': ['snippets.js', 'text/javascript; charset=utf-8'],
};

/** The page may load, run and call nothing but this service, and be framed by nobody. */
const securityHeaders = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const bodies = new Map<string, Buffer<ArrayBuffer>>();

export function addPageFiles(hono: Hono): void {
  for (const [path, [file, type]] of Object.entries(files)) hono.get(path, () => fileAnswer(file, type));
}

/** The page of an alert before the person has given a token: the same for every alert, there or not. */
export function alertShell(): Response {
  return fileAnswer('alert.html', 'text/html; charset=utf-8');
}

function fileAnswer(file: string, type: string): Response {
  const body = bodies.get(file) ?? Buffer.from(readFileSync(new URL(`page/${file}`, import.meta.url)));
  bodies.set(file, body);
  return new Response(body, {
    headers: { ...securityHeaders, 'Content-Type': type, 'Cache-Control': 'no-cache' },
  });
}
