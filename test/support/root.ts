import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at the end. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** True where nothing may be skipped quietly. */
export const isCi = /^(1|true)$/.test(process.env['CI'] ?? '');
