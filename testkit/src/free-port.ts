/** Ports for servers that cannot choose one of their own. */
import { type AddressInfo, createServer } from 'node:net';

/** Starts before it is believed that something else is wrong. */
const TRIES = 5;

/** A port of loopback that is free now; another process may have it in a moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts something on a free port, and on another one when somebody else was quicker.
 * @param start fails with a message that says EADDRINUSE when the port is taken
 * @throws what the start throws otherwise
 */
export async function onFreePort<Started>(start: (port: number) => Promise<Started>): Promise<Started> {
  for (let tries = 1; ; tries++) {
    try {
      return await start(await freePort());
    } catch (failure) {
      if (tries === TRIES || !String(failure).includes('EADDRINUSE')) throw failure;
    }
  }
}
