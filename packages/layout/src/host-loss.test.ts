/** What a viewer sees while the graphics process is killed: real threads, a real child with a real device. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { softwareVulkan } from '@vortexflow/testkit';
import { startLayoutHost } from './host.ts';
import type { LayoutNotice } from './messages.ts';
import { gridGraph } from './test-graphs.ts';
import { TestViewer } from './test-viewer.ts';

if (softwareVulkan) process.env['VK_DRIVER_FILES'] ??= softwareVulkan;
const skip = !process.env['CI'] && !softwareVulkan ? 'no Vulkan driver in software here' : false;

const pause = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 50));

/** The process that computes for this one. */
function graphicsChild(): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dawn-child');
      } catch {
        // Ended in the meantime.
        return false;
      }
    });
  assert.ok(found, 'there is no graphics process');
  return Number(found);
}

test(
  'viewers go on getting frames when the graphics process is killed',
  { skip, timeout: 150_000 },
  async (context) => {
    const viewer = new TestViewer();
    const notices: LayoutNotice[] = [];
    const failures: Error[] = [];
    const graph = gridGraph(20);
    const host = startLayoutHost({
      seed: 1,
      backend: 'gpu',
      dutyCycle: 1,
      frameIntervalMs: 0,
      onBlocks: (bytes) => viewer.takeBlocks(bytes),
      onTick: (tick) => {
        viewer.takeTick(tick);
        host.ready();
      },
      onState: () => undefined,
      onFailure: (error) => failures.push(error),
      onNotice: (notice) => notices.push(notice),
    });
    context.after(() => host.stop());
    host.setViewers(1);
    host.load(graph, 1);
    // A device takes seconds to open in software; changes keep the layout moving until it computes.
    let revision = 1;
    const stir = (): void => host.change({ nodes: 0, edges: Uint32Array.of(0, 21) }, ++revision);
    while (host.state().backend !== 'webgpu') {
      await pause();
      if (host.state().state === 'settled') stir();
    }
    stir();
    while (host.state().state !== 'moving' || host.state().backend !== 'webgpu') {
      if (host.state().state === 'settled') stir();
      await pause();
    }
    const before = viewer.frames.length;
    const picture = viewer.frames.at(-1)!.positions.slice();
    process.kill(graphicsChild(), 'SIGKILL');
    while (host.state().backend === 'webgpu') {
      // Only a layout that moves notices.
      if (host.state().state === 'settled') stir();
      await pause();
    }
    while (host.state().state !== 'settled') await pause();
    assert.match(host.state().backend, /^cpu-/);
    assert.ok(notices.some(({ level, text }) => level === 'warn' && /goes on with cpu-.*ended/.test(text)));
    assert.deepEqual(failures, []);
    const after = viewer.frames.slice(before);
    assert.ok(after.length > 1, `${after.length} frames after the loss`);
    assert.equal(after.at(-1)!.settled, true);
    // Nothing jumps: the processor goes on from the last picture, and a tick moves no node far.
    const furthest = Math.max(...after[0]!.positions.map((value, p) => Math.abs(value - picture[p]!)));
    assert.ok(furthest < 6, `a node jumped ${furthest}`);
  },
);
