/**
 * Rows that are seen moving at once. More are not followed by anybody's eyes, and each is a picture of its own that the
 * browser puts in its place for every frame: they settle at once.
 */
export const movingRowCountMax = 12;

/** Milliseconds that a row is on its way. */
export const moveMs = 350;

/**
 * How many rows each row has moved by, of those in sight before and now: positive when it stood lower on the screen.
 * Empty when too many have moved.
 */
export function movesOf(
  before: ReadonlyMap<string, number>,
  now: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const moves = new Map<string, number>();
  for (const [key, place] of now) {
    const way = (before.get(key) ?? place) - place;
    if (way === 0) continue;
    if (moves.size === movingRowCountMax) return new Map();
    moves.set(key, way);
  }
  return moves;
}
