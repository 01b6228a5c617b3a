/** A browser for tests and benchmarks, drawing on the processor. */
import { existsSync } from 'node:fs';

const PLACES = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Where a browser is on this machine; undefined when none was found. The variable CHROMIUM comes first. */
export const browserPath: string | undefined = PLACES.find((path) => path !== '' && existsSync(path));

/** WebGL without a GPU, and no connection but to the page. */
export const WEBGL_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--ignore-gpu-blocklist',
  '--use-angle=swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
