/**
 * The network that an address is in, such as `192.0.2.0/24` or `2001:db8:1::/48`, or undefined for what is not an IP
 * address. Text forms of RFC 4291, section 2.2; an IPv4 address mapped into IPv6 counts as IPv4, zones are dropped.
 */
export function ipPrefix(text: string, ipv4Bits: number, ipv6Bits: number): string | undefined {
  // The longest text form is 45 characters; a zone adds to it.
  if (text.length > 128) return undefined;
  if (!text.includes(':')) {
    const address = parseIpv4(text);
    return address === undefined ? undefined : ipv4Prefix(address, ipv4Bits);
  }
  const groups = parseIpv6(text.split('%', 1)[0]);
  if (groups === undefined) return undefined;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return mapped
    ? ipv4Prefix([...split16(groups[6]), ...split16(groups[7])], ipv4Bits)
    : ipv6Prefix(groups, ipv6Bits);
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (
    parts.length !== 4 ||
    !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
  ) {
    return undefined;
  }
  return parts.map(Number);
}

/** Eight groups of 16 bits. */
function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  // An IPv4 address may only be the end of the whole.
  const [head, tail] = halves.map((half, i) => parseGroups(half, i === halves.length - 1));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (let i = 0; i < parts.length; i++) {
    if (/^[0-9a-f]{1,4}$/i.test(parts[i])) {
      groups.push(Number.parseInt(parts[i], 16));
      continue;
    }
    const ipv4 = isEnd && i === parts.length - 1 ? parseIpv4(parts[i]) : undefined;
    if (ipv4 === undefined) return undefined;
    groups.push(ipv4[0] * 256 + ipv4[1], ipv4[2] * 256 + ipv4[3]);
  }
  return groups;
}

function split16(group: number): [number, number] {
  return [group >> 8, group & 0xff];
}

function ipv4Prefix(bytes: readonly number[], bits: number): string {
  return `${masked(bytes, 8, bits).join('.')}/${bits}`;
}

/** As RFC 5952 writes it: the zeros after the prefix are its longest run. */
function ipv6Prefix(groups: readonly number[], bits: number): string {
  const kept = masked(groups, 16, bits);
  while (kept.length > 0 && kept[kept.length - 1] === 0) kept.pop();
  const text = kept.map((group) => group.toString(16)).join(':');
  return kept.length === 8 ? `${text}/${bits}` : `${text}::/${bits}`;
}

/** The first `bits` bits of parts of `width` bits each, zeros after them. */
function masked(parts: readonly number[], width: number, bits: number): number[] {
  return parts.map((part, i) => {
    const kept = Math.min(width, Math.max(0, bits - i * width));
    return kept === 0 ? 0 : (part >> (width - kept)) << (width - kept);
  });
}
