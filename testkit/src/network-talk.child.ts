/** An echo server and a client of it in one process, inside a network; does what it is told and says what happened. */
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';

/** What to do. */
export type TalkOrder =
  | { readonly what: 'connect'; readonly address: string }
  /** Sends, and waits for the same to come back. */
  | { readonly what: 'say'; readonly text: string }
  /** Waits for what was said before. */
  | { readonly what: 'hear' }
  /** What the server heard last. */
  | { readonly what: 'heard' }
  /** How many segments the kernel had to send again. */
  | { readonly what: 'sent again' };

/** `silence` when nothing happened for a while; the code of an error; else what came. */
export interface TalkReport {
  readonly outcome: string;
}

const PORT = 7777;
/** Loopback takes microseconds; who is silent for so long, ms, is silent. */
const SILENCE_MS = 300;
/** After healing the kernel tries again within twice the time that it had waited. */
const PATIENCE_MS = 20_000;

let heard = '';
let client: Socket | null = null;
let wanted = 0;
let came = '';
let failure: string | null = null;
let wake: () => void = () => undefined;

const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    heard += data.toString();
    socket.write(data);
  });
});
server.listen(PORT, '0.0.0.0', () => process.send?.({ outcome: 'ready' }));

process.on('message', (order: TalkOrder) => {
  void obey(order).then((outcome) => process.send?.({ outcome }));
});
process.on('disconnect', () => process.exit());

/** Orders that need no text. */
const DO: Readonly<Record<'hear' | 'heard' | 'sent again', () => string | Promise<string>>> = {
  hear: () => coming(PATIENCE_MS),
  heard: () => heard,
  'sent again': retransmitted,
};

async function obey(order: TalkOrder): Promise<string> {
  if (order.what === 'connect') return open(order.address);
  if (order.what !== 'say') return DO[order.what]();
  heard = '';
  came = '';
  wanted = order.text.length;
  client?.write(order.text);
  return coming(SILENCE_MS);
}

function open(address: string): Promise<string> {
  client
    ?.removeAllListeners()
    .on('error', () => undefined)
    .destroy();
  failure = null;
  const socket = connect(PORT, address);
  client = socket;
  socket.on('data', (data) => {
    came += data.toString();
    wake();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    failure = error.code ?? error.message;
    wake();
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => void reads().then(() => resolve('silence')), SILENCE_MS);
    const done = (outcome: string): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    socket.once('connect', () => done('connected'));
    socket.once('error', () => done(failure as string));
  });
}

/** After a pause of the machine, timers come before what the network has brought meanwhile. */
async function reads(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise(setImmediate);
}

async function coming(patienceMs: number): Promise<string> {
  const end = performance.now() + patienceMs;
  const isOver = (): boolean => came.length >= wanted || failure !== null || performance.now() >= end;
  while (!isOver()) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      setTimeout(resolve, Math.max(1, end - performance.now()));
    });
  }
  if (failure === null && came.length < wanted) await reads();
  return failure ?? (came.length < wanted ? 'silence' : came);
}

/** RetransSegs of this network, by the names in the first line of /proc/net/snmp. */
function retransmitted(): string {
  const [names = '', values = ''] = readFileSync('/proc/self/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  return values.split(' ')[names.split(' ').indexOf('RetransSegs')] ?? '';
}
