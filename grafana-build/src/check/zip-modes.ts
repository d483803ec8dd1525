/** Unix permissions of an archive's files, by name, from its central directory (APPNOTE 6.3, section 4.3.12). */
export function zipModes(archive: Buffer): ReadonlyMap<string, number> {
  const modes = new Map<string, number>();
  const end = archive.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end < 0) return modes;
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  for (let i = 0; i < count; i++) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) =>
      archive.readUInt16LE(at + offset),
    );
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    // Only what Unix made has Unix permissions, in the upper half.
    if (archive[at + 5] === 3) modes.set(name, (archive.readUInt32LE(at + 38) >>> 16) & 0o777);
    at += 46 + nameLength + extraLength + commentLength;
  }
  return modes;
}
