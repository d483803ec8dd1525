import type { Principal } from '../auth.ts';

const tenantLabel = /(?:^|,)tenant="((?:[^"\\]|\\.)*)"/;

/** What of the process's instruments a principal may see: those of other tenants only as an administrator. */
export function visibleTo({ tenant, scopes }: Principal): (labels: string) => string | undefined {
  return (labels) => {
    const owner = tenantLabel.exec(labels)?.[1];
    return owner === undefined || owner === tenant || scopes.has('admin') ? labels : undefined;
  };
}

/** The instruments of the process and of one tenant, without saying whose they are. */
export function ownOf(tenant: string): (labels: string) => string | undefined {
  return (labels) => {
    const match = tenantLabel.exec(labels);
    if (match === null) return labels;
    return match[1] === tenant ? labels.replace(match[0], '').replace(/^,/, '') : undefined;
  };
}

/** The instruments that are stored with a tenant's data, without saying whose they are: its own, and if it is `main` the process's. */
export function instrumentsOf(tenant: string, isMain: boolean): (labels: string) => string | undefined {
  const own = ownOf(tenant);
  return isMain ? own : (labels) => (tenantLabel.test(labels) ? own(labels) : undefined);
}
