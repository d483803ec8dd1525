import type { CheckedPlugin } from './built-plugin.ts';
import { error, type Finding, warning } from './finding.ts';

/** Rules about README, CHANGELOG, LICENSE and drawings. */
export function textFindings({ files, packageVersion }: CheckedPlugin): readonly Finding[] {
  const findings: Finding[] = [];
  const text = (name: string): string => files.get(name)?.toString('utf8') ?? '';
  findings.push(...readme(text('README.md')));
  const changelog = text('CHANGELOG.md');
  if (changelog === '') findings.push(warning('changelog', 'CHANGELOG.md is missing'));
  else if (!changelog.includes(packageVersion))
    findings.push(error('changelog', `CHANGELOG.md says nothing of ${packageVersion}`));
  findings.push(...license(text('LICENSE')));
  for (const [name, content] of files) {
    if (name.endsWith('.svg')) findings.push(...drawing(name, content.toString('utf8')));
  }
  return findings;
}

/** By a line that each of them has, in all its versions that the catalog takes. */
const licenses =
  /Apache License\s+Version 2\.0|GNU (?:AFFERO |LESSER )?GENERAL PUBLIC LICENSE\s+Version 3|^MIT License|Permission is hereby granted, free of charge|BSD (?:\d-Clause |Zero Clause )?License|Redistribution and use in source and binary forms|Permission to use, copy, modify, and\/or distribute/im;

function license(text: string): Finding[] {
  if (!licenses.test(text)) return [error('license', 'LICENSE is not one the catalog takes')];
  const hole = /\[yyyy\]|\[name of copyright owner\]|<year>|<name of author>|\[year\]|\[fullname\]/i.exec(
    text,
  )?.[0];
  if (hole === undefined) return [];
  return [warning('license', `LICENSE still has ${hole}: it needs the year and the name`)];
}

/** Sentences of the text that a new plugin starts with. */
const templates =
  /This is a starting point for building|Grafana (?:panel|data source|app) plugin template|This README file is going to be the one displayed on the Grafana\.com/i;

function readme(text: string): Finding[] {
  if (text.trim() === '') return [error('readme', 'README.md is empty or missing')];
  const findings: Finding[] = [];
  if (templates.test(text))
    findings.push(error('readme', 'README.md is that of a new plugin: say what this one is for'));
  const html = /<\/[a-z]+>/i.exec(text)?.[0];
  if (html !== undefined) findings.push(warning('readme', `README.md has HTML, such as ${html}`));
  if (text.includes('<!--')) findings.push(warning('readme', 'README.md has HTML comments'));
  for (const [, target] of text.matchAll(/\]\(([^)\s]+)/g)) {
    if (!/^(https:\/\/|#)/.test(target))
      findings.push(error('readme', `README.md links to ${target}: the catalog needs whole addresses`));
  }
  for (const word of ['yarn', 'nodejs']) {
    if (new RegExp(`\\b${word}\\b`, 'i').test(text))
      findings.push(warning('readme', `README.md says "${word}": leave how it is developed to other pages`));
  }
  return findings;
}

const drawingElements =
  /^(svg|title|desc|defs|g|path|rect|circle|ellipse|line|polyline|polygon|text|tspan|linearGradient|radialGradient|stop|clipPath|mask|use|symbol|style)$/;

/** Drawings may hold shapes, and nothing that runs or loads. */
function drawing(name: string, text: string): Finding[] {
  const findings: Finding[] = [];
  for (const [, element] of text.matchAll(/<([a-zA-Z][\w:-]*)/g)) {
    if (!drawingElements.test(element)) findings.push(error('svg', `${name} has the element ${element}`));
  }
  if (/\son\w+\s*=|javascript:|(?:xlink:)?href\s*=\s*["'](?!#)/i.test(text))
    findings.push(error('svg', `${name} has a script or loads something`));
  return findings;
}
