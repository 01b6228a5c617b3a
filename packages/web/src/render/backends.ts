/** Which backend draws, and in which order they are tried. */
import type { BackendName, Renderer } from './contract.ts';
import { WebGl2Renderer } from './webgl2/renderer.ts';
import { WebGpuRenderer } from './webgpu/renderer.ts';

/** What the page's address may ask for by `?renderer=`; `auto` takes the best that works. */
export type RendererWish = 'auto' | 'webgpu' | 'webgl';

/** A device lost so many times is not to be trusted with the picture again. */
const MOST_LOSSES = 3;

/** The wish in a query string such as `?renderer=webgl`; anything unknown is `auto`. */
export function rendererWish(query: string): RendererWish {
  const wish = new URLSearchParams(query).get('renderer');
  return wish === 'webgpu' || wish === 'webgl' ? wish : 'auto';
}

/** @param losses how often a WebGPU device has been lost so far @returns what to try, best first */
export function backendOrder(wish: RendererWish, losses: number): readonly BackendName[] {
  if (wish === 'webgl') return ['webgl2'];
  if (wish === 'webgpu') return ['webgpu'];
  return losses < MOST_LOSSES ? ['webgpu', 'webgl2'] : ['webgl2'];
}

/**
 * @param canvas a new one: it is bound to the backend, even if that fails
 * @param lost called when what it draws with is lost
 * @throws Error saying what is missing
 */
export async function openRenderer(
  backend: BackendName,
  canvas: HTMLCanvasElement,
  lost: (why: string) => void,
): Promise<Renderer> {
  return backend === 'webgpu' ? WebGpuRenderer.open(canvas, lost) : WebGl2Renderer.open(canvas, lost);
}
