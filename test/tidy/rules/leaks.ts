/** Folders of some machine. A text must mean the same everywhere. The parts are joined so that this file passes. */
const absolutePaths = ['work/', 'root/', 'home/\\w{3}', 'Users/\\w{3}', 'tmp/brief'].map(
  (part) => `/${part}`,
);
const machinePath = new RegExp(`(?<![\\w.~}/-])(?:${absolutePaths.join('|')})[\\w./-]*`, 'i');

/** Hosts that packages come from: which mirror somebody uses is his own business. */
const registryHosts = [
  'registry.npmjs',
  'files.pythonhosted',
  'pypi',
  'deb.debian',
  'proxy.golang',
  'repo1.maven',
]
  .map((host) => host.replaceAll('.', '\\.'))
  .join('|');
const registryUrl = new RegExp(
  `https?://[\\w.-]*(?:${registryHosts})|\\b(?:${registryHosts})\\.(?:org|com)\\b`,
  'i',
);

export function leakViolations(path: string, text: string): string[] {
  const found: string[] = [];
  text.split('\n').forEach((line, index) => {
    const machine = machinePath.exec(line);
    if (machine !== null) found.push(`${path}:${index + 1}: a path of some machine: ${machine[0]}`);
    const registry = registryUrl.exec(line);
    if (registry !== null) found.push(`${path}:${index + 1}: a package registry's host: ${registry[0]}`);
    if (/"resolved": "https?:/.test(line)) found.push(`${path}:${index + 1}: a resolved host in the lock`);
  });
  return found;
}
