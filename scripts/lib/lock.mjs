// What of a package-lock.json is not there yet.

/**
 * Locations (`node_modules/zod`) that `roots` need and that are absent or of another version. A root is
 * `{ location, kinds }`: a key of the lock, and which of its lists of dependencies count (of everything below it,
 * those that it needs to run). `state` is `{ lock, installed, exists }`: the `packages` of the lock and of what npm
 * says is installed, and a test of whether a location is really there; `platform` and `arch` are this machine's.
 */
export function missingPackages(roots, state) {
  const { lock } = state;
  const machine = { platform: process.platform, arch: process.arch, ...state };
  const seen = new Set();
  const missing = [];
  const queue = roots.slice();
  for (let item = queue.pop(); item !== undefined; item = queue.pop()) {
    if (seen.has(item.location)) continue;
    seen.add(item.location);
    const entry = lock[item.location];
    if (item.location.includes('node_modules/') && !isThere(item.location, entry, state))
      missing.push(item.location);
    // A workspace is a link to its folder.
    const from = entry.link ? entry.resolved : item.location;
    for (const kind of item.kinds) {
      for (const name of Object.keys(lock[from]?.[kind] ?? {})) {
        const location = locate(lock, from, name);
        if (location === undefined || !isForMachine(lock[location], machine)) continue;
        queue.push({ location, kinds: ['dependencies', 'optionalDependencies'] });
      }
    }
  }
  return missing.sort();
}

function isThere(location, entry, { installed, exists }) {
  return exists(location) && (entry.link === true || installed[location]?.version === entry.version);
}

/** Node's resolution, on the lock's paths: the nearest node_modules upwards. */
function locate(lock, from, name) {
  for (let base = from; ; base = base.includes('/') ? base.slice(0, base.lastIndexOf('/')) : '') {
    const location = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (lock[location] !== undefined) return location;
    if (base === '') return undefined;
  }
}

/** Prebuilt binaries are optional packages per machine; which C library one is for, only npm works out. */
function isForMachine(entry, { platform, arch }) {
  if (!entry.optional) return true;
  if (entry.libc !== undefined) return false;
  return allows(entry.os, platform) && allows(entry.cpu, arch);
}

/** npm's lists: `['linux', 'darwin']`, or `['!win32']` for all but; one item may stand alone. */
function allows(list, value) {
  if (list === undefined) return true;
  const items = [list].flat();
  if (items.includes(`!${value}`)) return false;
  return items.includes(value) || items.every((item) => item.startsWith('!'));
}
