import { withLock } from './cache.ts';
import { runChild } from './child.ts';
import { onPath } from './debian.ts';

/**
 * Path of a Chromium, or why there is none. It has a hundred libraries beside it, so unlike other programs it is
 * installed by apt where it is missing, which takes root.
 */
export async function chromiumPath(): Promise<string | Error> {
  const installed = onPath('chromium') ?? onPath('google-chrome');
  if (installed !== undefined) return installed;
  if (onPath('apt-get') === undefined) return new Error('chromium is not on PATH, and there is no apt-get');
  return withLock('chromium', async () => {
    const again = onPath('chromium');
    if (again !== undefined) return again;
    const args = ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'];
    const options = { timeoutMs: 600_000, env: { DEBIAN_FRONTEND: 'noninteractive' } };
    let result = await runChild('apt-get', args, options);
    if (result.code !== 0) {
      await runChild('apt-get', ['update'], { timeoutMs: 110_000 });
      result = await runChild('apt-get', args, options);
    }
    return (
      onPath('chromium') ??
      new Error(`apt-get install chromium failed: ${result.stderr.trim().split('\n').at(-1)}`)
    );
  });
}
