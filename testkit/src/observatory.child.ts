/**
 * Scans one site with MDN's HTTP Observatory and prints the outcome as JSON. The scanner knows nothing but names and the
 * ports 80 and 443, so connections are led to this machine.
 * Arguments: address of the scanner, site, port of HTTPS, port of HTTP.
 */
import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';

const [scanner = '', site = '', https, http] = process.argv.slice(2);
const PORTS: Readonly<Record<string, number>> = { 443: Number(https), 80: Number(http) };

interface Target {
  host?: string;
  port?: number | string;
}

const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket;
Reflect.set(Socket.prototype, 'connect', function led(this: Socket, ...args: unknown[]): Socket {
  // Node itself calls with one list of all arguments.
  const target = [args[0]].flat()[0] as Target;
  const port = PORTS[String(target.port)];
  if (port === undefined) throw new Error(`the scanner calls ${target.host}:${target.port}`);
  Object.assign(target, { host: '127.0.0.1', port });
  return Reflect.apply(connect, this, args);
});

try {
  // Sites that browsers know already for TLS; the scanner would fetch the list when it is installed.
  writeFileSync(new URL('../conf/hsts-preload.json', scanner), '{}', { flag: 'wx' });
} catch (failure) {
  if ((failure as NodeJS.ErrnoException).code !== 'EEXIST') throw failure;
}
const { scan } = (await import(scanner)) as { scan: (site: string) => Promise<unknown> };
process.stdout.write(JSON.stringify(await scan(site)));
