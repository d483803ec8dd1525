import type { BlockDisk } from '../../otel-processor/src/store/block/block-disk.ts';
import type { SimDisk } from './sim-disk.ts';

/** The same simulated disk as blocks see it. */
export function blockDiskOf(disk: SimDisk): BlockDisk {
  return {
    makeDir: (path) => disk.makeDirectory(path),
    list: (path) => disk.list(path),
    sizeOf: async (path) => (await disk.read(path)).length,
    readFile: (path) => disk.read(path),
    rename: (from, to) => disk.rename(from, to),
    syncDir: (path) => disk.syncDirectory(path),
    removeTree: (path) => disk.remove(path),
    async create(path) {
      const file = await disk.open(path, 'create');
      let positionBytes = 0;
      return {
        async write(bytes) {
          await file.write(bytes, positionBytes);
          positionBytes += bytes.length;
        },
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
    async openReader(path) {
      // Opened once; a file that is removed while it is read stays readable, as on a real disk.
      const content = await disk.read(path);
      return {
        async read(offset, sizeBytes) {
          if (offset + sizeBytes > content.length) throw new Error('file ends too early');
          return content.slice(offset, offset + sizeBytes);
        },
        close: async () => {},
      };
    },
  };
}
