/** How the settings of access are read. Each throws an Error whose message says what would be right. */
import { BlockList, isIP } from 'node:net';

/** Scheme, host and port, as browsers write them in `Origin`. */
export function readOrigin(text: string): string {
  const url = URL.parse(text);
  const isOrigin =
    url !== null && /^https?:$/.test(url.protocol) && text.replace(/\/$/, '').toLowerCase() === url.origin;
  if (!isOrigin) throw new Error('an address without a path, e.g. https://graph.example');
  return url.origin;
}

/** An IP address, or a network as ADDRESS/BITS. */
export function readNetwork(text: string): string {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  const isRight = family !== 0 && more === undefined && (bits === undefined || isPrefix(bits, family === 4 ? 32 : 128));
  if (!isRight) throw new Error('IP addresses or networks, e.g. 127.0.0.1, 10.0.0.0/8');
  return text;
}

/** Whether an address is in one of the networks. */
export function networks(texts: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const text of texts) {
    const [address = '', bits] = text.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) =>
    texts.length > 0 && isIP(address) !== 0 && list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

const isPrefix = (text: string, most: number): boolean => /^\d{1,3}$/.test(text) && Number(text) <= most;
