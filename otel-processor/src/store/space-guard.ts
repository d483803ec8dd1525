import { type Fault, type Logger, retryable } from '../base/index.ts';
import { type Disk, describeDiskError } from './disk.ts';

/** How often the free space is looked at. */
export const DISK_CHECK_MS = 5000;

export interface SpaceGuardOptions {
  readonly disk: Disk;
  readonly dir: string;
  readonly minFreeBytes: number;
  readonly logger: Logger;
}

/** Refuses writes before the disk is really full, and takes them again when there is room. */
export class SpaceGuard {
  readonly #options: SpaceGuardOptions;
  #refusal: Fault | undefined;

  constructor(options: SpaceGuardOptions) {
    this.#options = options;
  }

  get refusal(): Fault | undefined {
    return this.#refusal;
  }

  async check(): Promise<void> {
    const { disk, dir, minFreeBytes, logger } = this.#options;
    let freeBytes: number;
    try {
      freeBytes = await disk.freeBytes(dir);
    } catch (error) {
      logger.warn('cannot tell the free space of the data directory', { reason: describeDiskError(error) });
      return;
    }
    const low = freeBytes < minFreeBytes;
    if (low === (this.#refusal !== undefined)) return;
    if (low) {
      const message = `the store cannot take writes: disk full, ${freeBytes} bytes are free and store.min_free_disk is ${minFreeBytes}`;
      this.#refusal = retryable('unavailable', message, DISK_CHECK_MS);
      logger.error('disk nearly full; writes are refused', { freeBytes });
    } else {
      this.#refusal = undefined;
      logger.info('there is room on the disk again', { freeBytes });
    }
  }
}
