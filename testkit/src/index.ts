export { browserPath, WEBGL_FLAGS, WEBGPU_FLAGS } from './browser.ts';
export { launchServer, spawnServer, type LaunchedServer, type LaunchOptions, type SpawnedServer } from './launch.ts';
