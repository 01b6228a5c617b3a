/** The address of a relay: TLS, but on this machine. @throws Error whose message says what would be right */
export function readRelay(text: string): string {
  const url = URL.parse(text);
  const isLocal = url !== null && /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
  const isRelay =
    url !== null &&
    (url.protocol === 'wss:' || (url.protocol === 'ws:' && isLocal)) &&
    url.username === '' &&
    url.password === '' &&
    url.hash === '';
  if (!isRelay) throw new Error('addresses of relays, e.g. wss://relay.example');
  return url.href;
}
