/** `45s`, `12m`, `3h 20m`, `2d 4h`: two units at most. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours}h` : `${hours}h ${minutes % 60}m`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days}d` : `${days}d ${hours % 24}h`;
}

/** Four significant digits, with the unit as people write it. */
export function valueText(value: number, unit: string | null): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'no number' : value > 0 ? '∞' : '-∞';
  switch (unit) {
    case 'ratio':
    case '1':
      return `${short(value * 100)} %`;
    case 'percent':
    case '%':
      return `${short(value)} %`;
    case 'seconds':
    case 's':
      return secondsText(value);
    case 'milliseconds':
    case 'ms':
      return secondsText(value / 1000);
    case 'bytes':
    case 'By':
      return bytesText(value);
    default:
      return unit === null || unit === '' ? short(value) : `${short(value)} ${unit}`;
  }
}

function short(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e15 || size < 1e-4)) return value.toExponential(2);
  const scales = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e4, 'k'],
  ] as const;
  for (const [over, letter] of scales) {
    const by = letter === 'k' ? 1e3 : over;
    if (size >= over) return `${trim(value / by)}${letter}`;
  }
  return trim(value);
}

function trim(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function secondsText(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 1e-3) return `${trim(seconds * 1e6)} µs`;
  if (size < 1) return `${trim(seconds * 1e3)} ms`;
  return size < 120 ? `${trim(seconds)} s` : `${seconds < 0 ? '-' : ''}${durationText(size * 1000)}`;
}

function bytesText(bytes: number): string {
  let size = bytes;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB', 'TiB']) {
    if (Math.abs(size) < 1024 || unit === 'TiB') return `${trim(size)} ${unit}`;
    size /= 1024;
  }
  return `${trim(bytes)} B`;
}
