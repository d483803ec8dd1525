import { join } from 'node:path';
import { npmPackages } from '../../support/npm-packages.ts';

/** Folder whose node_modules has Grafana's Prometheus front end, or why it cannot be had. */
export function grafanaPackages(): Promise<string | Error> {
  return npmPackages('grafana-prometheus', join(import.meta.dirname, 'packages'));
}
