/** Pointer, wheel, touch and keys over the picture, turned into camera moves. */

/** What the hands want. Lengths in CSS pixels from the picture's upper left. */
export interface InputHandlers {
  readonly orbit: (dx: number, dy: number) => void;
  readonly pan: (dx: number, dy: number) => void;
  readonly zoom: (factor: number, x: number, y: number) => void;
  readonly hover: (x: number, y: number) => void;
  readonly leave: () => void;
  readonly click: (x: number, y: number) => void;
}

/** A press that moved less than this many pixels is a click. */
const CLICK_PIXELS = 5;
const KEY_PIXELS = 40;
const HOVER_MS = 45;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Listens until `signal` aborts. */
export function listen(host: HTMLElement, handlers: InputHandlers, signal: AbortSignal): void {
  const pointers = new Map<number, Point>();
  const hover = throttledHover(handlers);
  let travelled = 0;
  const on = <K extends keyof HTMLElementEventMap>(name: K, run: (event: HTMLElementEventMap[K]) => void) =>
    host.addEventListener(name, run, { signal, passive: false });
  on('pointerdown', (event) => {
    host.setPointerCapture(event.pointerId);
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, place(event));
    hover.stop();
  });
  on('pointermove', (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType !== 'touch') hover.at(place(event));
      return;
    }
    travelled += Math.hypot(event.offsetX - before.x, event.offsetY - before.y);
    drag(pointers, event, before, handlers);
    pointers.set(event.pointerId, place(event));
  });
  const release = (event: PointerEvent, clicked: boolean) => {
    if (!pointers.delete(event.pointerId) || !clicked) return;
    if (travelled < CLICK_PIXELS && pointers.size === 0 && event.button === 0)
      handlers.click(event.offsetX, event.offsetY);
  };
  on('pointerup', (event) => release(event, true));
  on('pointercancel', (event) => release(event, false));
  on('pointerleave', () => hover.stop());
  on('contextmenu', (event) => event.preventDefault());
  on('wheel', (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : 1);
    handlers.zoom(Math.exp(Math.max(-120, Math.min(120, pixels)) * 0.0022), event.offsetX, event.offsetY);
  });
  on('keydown', (event) => key(event, host, handlers));
}

const place = (event: PointerEvent): Point => ({ x: event.offsetX, y: event.offsetY });

function drag(pointers: ReadonlyMap<number, Point>, event: PointerEvent, before: Point, handlers: InputHandlers): void {
  const [dx, dy] = [event.offsetX - before.x, event.offsetY - before.y];
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
  if (!other) {
    const panning = event.shiftKey || (event.buttons & 6) !== 0;
    (panning ? handlers.pan : handlers.orbit)(dx, dy);
    return;
  }
  // Two fingers: their middle pans, their distance zooms.
  const apart = (point: Point) => Math.max(10, Math.hypot(point.x - other.x, point.y - other.y));
  handlers.pan(dx / 2, dy / 2);
  const now = place(event);
  handlers.zoom(apart(before) / apart(now), (now.x + other.x) / 2, (now.y + other.y) / 2);
}

function throttledHover(handlers: InputHandlers): { at: (point: Point) => void; stop: () => void } {
  let timer = 0;
  let latest: Point | null = null;
  const run = () => {
    timer = 0;
    if (latest) handlers.hover(latest.x, latest.y);
  };
  return {
    at(point) {
      latest = point;
      timer ||= window.setTimeout(run, HOVER_MS);
    },
    stop() {
      window.clearTimeout(timer);
      timer = 0;
      latest = null;
      handlers.leave();
    },
  };
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function key(event: KeyboardEvent, host: HTMLElement, handlers: InputHandlers): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = ARROWS[event.key];
  const [x, y] = [host.clientWidth / 2, host.clientHeight / 2];
  if (arrow) (event.shiftKey ? handlers.pan : handlers.orbit)(arrow[0] * KEY_PIXELS, arrow[1] * KEY_PIXELS);
  else if (event.key === '+' || event.key === '=') handlers.zoom(0.8, x, y);
  else if (event.key === '-') handlers.zoom(1.25, x, y);
  else return;
  event.preventDefault();
}
