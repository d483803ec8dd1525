import { posix } from 'node:path';

/** Links of a Markdown text to files and headings that are not there. */
export function brokenLinks(
  path: string,
  text: string,
  read: (path: string) => string | undefined,
): string[] {
  const found: string[] = [];
  for (const target of linkTargets(text)) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [file, heading] = target.split('#', 2);
    const where =
      file === '' ? path : posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(file)));
    const content = read(where);
    if (content === undefined) found.push(`${path}: link to ${target}: no such file`);
    else if (heading !== undefined && where.endsWith('.md') && !headingsOf(content).has(heading)) {
      found.push(`${path}: link to ${target}: no such heading`);
    }
  }
  return found;
}

function linkTargets(text: string): string[] {
  const prose = withoutCode(text);
  const inline = [...prose.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map((match) => match[1]);
  const defined = [...prose.matchAll(/^\s*\[[^\]]+\]:\s+(\S+)/gm)].map((match) => match[1]);
  const html = [...prose.matchAll(/\b(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
  return [...inline, ...defined, ...html];
}

function withoutCode(text: string): string {
  return text.replace(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Anchors as GitHub makes them: lower case, punctuation dropped, blanks to dashes, repeats numbered. */
function headingsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const match of text.replace(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, '').matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = match[1].replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-');
    let unique = anchor;
    for (let i = 1; anchors.has(unique); i++) unique = `${anchor}-${i}`;
    anchors.add(unique);
  }
  return anchors;
}
