/** A browser for tests and benchmarks, drawing on the processor. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

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

/**
 * WebGPU without a GPU, and WebGL beside it. Of a dozen combinations the one with which a WebGPU canvas is seen: without
 * `use-vulkan` the GPU process ends at the first picture, and with `use-angle=vulkan` it does not start without X.
 */
export const WEBGPU_FLAGS: readonly string[] = [
  ...WEBGL_FLAGS,
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
];

const DRIVERS = [
  ...(browserPath ? [join(dirname(browserPath), 'vk_swiftshader_icd.json')] : []),
  '/usr/lib/chromium/vk_swiftshader_icd.json',
];

/** The Vulkan driver in software that comes with the browser, for the variable VK_DRIVER_FILES; undefined when there is none. */
export const softwareVulkan: string | undefined = DRIVERS.find((path) => existsSync(path));
