import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where data goes when nobody says otherwise: the user's data folder by each system's convention. */
export function defaultDataDir(env: Readonly<Record<string, string | undefined>>, platform: string): string {
  const home = env['HOME'] ?? homedir();
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'statbar');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'statbar');
  const xdg = env['XDG_DATA_HOME'];
  return join(xdg?.startsWith('/') ? xdg : join(home, '.local', 'share'), 'statbar');
}
